"""What the house rules are compared with: lists of key words, and a bag of words trained on the same messages."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from bench.policy.corpus import LABELS, Labelled

__all__ = ["bag_of_words", "keywords"]

_ROUNDS = 12
_CHANCE = 20261125

_KEYWORDS: Mapping[str, str] = {
    "positive-only": (
        r"positive (?:review|feedback|rating)|5[ -]?stars?|five[ -]stars?|⭐{4,}|good review"
        r"|positive bewertung|5 sterne"
        r"|fünf sterne|avis positif|5 étoiles|cinq étoiles|reseña positiva|5 estrellas"
        r"|cinco estrellas"
        r"|recensione positiva|5 stelle|cinque stelle|avaliação positiva|5 estrelas|cinco estrelas|positieve (?:review"
        r"|beoordeling)|5 sterren|vijf sterren|pozytywn\w+ opini\w+|5 gwiazdek|positivt omdöme|5 stjärnor"
        r"|olumlu (?:yorum|değerlendirme)|5 yıldız|beş yıldız|星5|星五つ|高評価|五星|好评|好評"
    ),
    "happy-only": (
        r"if you (?:are|were|'re) (?:happy|satisfied)|if you (?:like|love|enjoy)|zufrieden"
        r"|wenn (?:sie|ihnen|dir).*gef"
        r"|si vous êtes satisfait|satisfait|si (?:está|estás|quedó) (?:content|satisfech)|satisfech"
        r"|se (?:sei|è) soddisfatt"
        r"|soddisfatt|satisfeit|tevreden|zadowolon|nöjd|memnun|満足|ご満足|满意|滿意"
    ),
    "divert-negative": (
        r"before (?:leaving|you leave|writing|posting)|contact us (?:first|before)|not (?:happy|satisfied)|unhappy"
        r"|bevor sie|unzufrieden|avant de laisser|insatisfait|antes de (?:dejar|publicar|deixar)|insatisfech"
        r"|prima di (?:lasciare|scrivere)|insoddisfatt|insatisfeit|voordat|ontevreden|zanim|niezadowolon|innan|missnöjd"
        r"|önce bize|memnun değil|前に|不満|之前|不满"
    ),
    "change-or-remove-review": (
        r"(?:change|remove|delete|update|revise|edit) (?:your|the|that) (?:review|feedback|rating|comment)"
        r"|bewertung (?:ändern|löschen|entfernen|anpassen)|(?:modifier|supprimer|retirer) votre (?:avis|commentaire)"
        r"|(?:cambiar|eliminar|modificar|borrar) su (?:reseña|opinión|valoración)"
        r"|(?:modificare|rimuovere|cancellare) la (?:recensione|valutazione)"
        r"|(?:alterar|remover|apagar) (?:a|sua) avaliação|(?:aanpassen|verwijderen|wijzigen)"
        r"|(?:zmieni|usun)\w+ (?:opini|ocen)\w+|(?:ändra|ta bort) (?:ditt|din|omdömet)"
        r"|yorumunuzu (?:değiştir|sil|kaldır)"
        r"|レビューを(?:変更|削除|修正)|(?:修改|删除|更改)(?:评价|评论|差评)"
    ),
    "incentive": (
        r"(?:gift|refund|reward|free|voucher|prize|cashback|bonus).*review|review.*(?:gift|refund|reward|free|voucher"
        r"|prize|cashback|bonus)|geschenk|gratis|cadeau|gratuit|regalo|omaggio|rimborso|brinde|grátis|cadeautje|prezent"
        r"|gåva|hediye|ücretsiz|プレゼント|無料|礼品|免费|返现|红包"
    ),
    "coupon": (
        r"coupon|voucher|promo code|discount|% off|gutschein|rabatt|code promo|bon de réduction|réduction|cupón"
        r"|descuento|buono sconto|sconto|cupom|desconto|kortingscode|korting|kupon|rabat|kod rabatowy|rabattkod"
        r"|indirim|クーポン|割引|优惠券|折扣|優惠"
    ),
    "marketing": (
        r"new (?:collection|products?|arrivals?)|check out|our store|newsletter|follow us|sale\b|special offer|shop now"
        r"|neue (?:kollektion|produkte)|folgen sie uns|angebot|nouvelle collection|suivez-nous|nuestra tienda|síguenos"
        r"|nuova collezione|seguici|nossa loja|siga-nos|nieuwe collectie|volg ons|nowa kolekcja|obserwuj|ny kollektion"
        r"|följ oss|yeni koleksiyon|takip edin|新商品|セール|フォロー|新品|关注我们|促销"
    ),
    "off-channel-contact": (
        r"whats ?app|telegram|wechat|微信|[\w.]+@[\w.]+|\+?\d[\d ()-]{7,}|call us|text us|instagram|facebook|rufen sie"
        r"|appelez|llámenos|chiamaci|ligue|bel ons|zadzwoń|ring oss|arayın|お電話|电话"
    ),
}
_PATTERNS = {label: re.compile(pattern, re.IGNORECASE) for label, pattern in _KEYWORDS.items()}
_WORDS = re.compile(r"[\w'-]+")


def keywords(one: Labelled) -> frozenset[str]:
    """Judge by lists of words that anybody would write down first."""
    text = f"{one.subject}\n{one.text or one.html}"
    return frozenset(label for label, pattern in _PATTERNS.items() if pattern.search(text))


def bag_of_words(messages: Sequence[Labelled]) -> Callable[[Labelled], frozenset[str]]:
    """Train an averaged perceptron on words and pairs of words, one for each language and label."""
    trained: dict[tuple[str, str], Mapping[str, float]] = {}
    for lang in {one.lang for one in messages}:
        ours = [(_bag(one), one.labels) for one in messages if one.lang == lang]
        for label in LABELS:
            trained[lang, label] = _perceptron([(bag, label in labels) for bag, labels in ours])

    def judge(one: Labelled) -> frozenset[str]:
        bag = _bag(one)
        return frozenset(
            label for label in LABELS if sum(trained.get((one.lang, label), {}).get(word, 0.0) for word in bag) > 0
        )

    return judge


def _bag(one: Labelled) -> frozenset[str]:
    text = f"{one.subject}\n{one.text or one.html}".lower()
    if one.lang in {"ja", "zh"}:
        return frozenset({"", *(text[at : at + size] for size in (2, 3) for at in range(len(text) - size + 1))})
    words = _WORDS.findall(text)
    return frozenset({"", *words, *(f"{first} {second}" for first, second in pairwise(words))})


def _perceptron(rows: Sequence[tuple[frozenset[str], bool]]) -> Mapping[str, float]:
    chance = random.Random(_CHANCE)
    weights: dict[str, float] = defaultdict(float)
    totals: dict[str, float] = defaultdict(float)
    order, step = list(rows), 1
    for _ in range(_ROUNDS):
        chance.shuffle(order)
        for bag, is_guilty in order:
            if (sum(weights[word] for word in bag) > 0) != is_guilty:
                change = 1.0 if is_guilty else -1.0
                for word in bag:
                    weights[word] += change
                    totals[word] += change * step
            step += 1
    return {word: weight - totals[word] / step for word, weight in weights.items()}
