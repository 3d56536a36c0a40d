def test_an_order_opens_one_conversation_with_an_alias_for_each_side(cast):
    assert cast.conversation.aliases.count() == 2
    assert len(cast.buyer_alias.local_part) == 26
