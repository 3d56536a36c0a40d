"""Judges what is said in the demonstration by the pack that it shows, so that what was stopped there is explained."""

from __future__ import annotations

from evenhand.conversations.models import Finding, Message
from evenhand.conversations.models import Verdict as VerdictRow
from evenhand.demo import PACK
from evenhand.demo.post import Post
from evenhand.demo.stage import Ledger
from evenhand.policy import EarlierMessage, EarlierRequest, Facts, OrderFact, Verdict, judge, named_book

__all__ = ["judge_saying"]


def judge_saying(post: Post, message: Message, ledger: Ledger) -> Verdict:
    """Judge a message as the relay would have when it came, and keep the verdict and its findings."""
    stage, order = post.stage, post.stage.order
    is_seller = post.by == "seller"
    verdict = judge(
        Facts(
            text=message.text,
            now=post.at,
            author="seller" if is_seller else "buyer",
            subject=message.subject,
            order=OrderFact(
                order.number, order.marketplace, order.status, order.placed_at, order.shipped_at, order.delivered_at
            ),
            earlier=tuple(stage.said),
            buyer_locale=stage.sides["buyer"].participant.locale,
            origin=message.origin,
            opened_by="buyer" if any(one.by == "buyer" for one in stage.said) else "seller",
            purpose="",
            audience="",
            requests=tuple(stage.asked),
        ),
        named_book(PACK),
        post.author.participant.locale,
    )
    ledger.verdicts.append(
        VerdictRow(
            message=message,
            action=verdict.action.word,
            book=verdict.book,
            not_checked=[[one.rule, one.lacks] for one in verdict.not_checked],
            review_request=verdict.detected.review_request,
        )
    )
    ledger.findings += [
        Finding(
            message=message,
            rule=one.rule,
            clause=one.clause,
            part=one.part,
            start=one.start,
            end=one.end,
            excerpt=one.excerpt,
            reason=one.reason,
            fix=one.fix,
            action=one.action.word,
            confidence=one.confidence,
        )
        for one in verdict.findings
    ]
    if verdict.action.goes:
        stage.said.append(EarlierMessage("seller" if is_seller else "buyer", post.at, message.text))
        stage.asked.extend([EarlierRequest(post.at)] if verdict.detected.review_request else [])
    return verdict
