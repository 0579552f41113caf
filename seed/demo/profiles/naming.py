"""Names for places that have no public ones: two believable syllables, in Chinese and in letters."""

from typing import Final

_FIRST: Final = (
    *(("东", "Dong"), ("西", "Xi"), ("南", "Nan"), ("北", "Bei"), ("新", "Xin"), ("长", "Chang"), ("永", "Yong")),
    *(("安", "An"), ("太", "Tai"), ("青", "Qing"), ("金", "Jin"), ("石", "Shi"), ("龙", "Long"), ("凤", "Feng")),
    *(("清", "Qing"), ("双", "Shuang"), ("大", "Da"), ("白", "Bai"), ("云", "Yun"), ("和", "He"), ("福", "Fu")),
)
_SECOND: Final = (
    *(("桥", "qiao"), ("河", "he"), ("山", "shan"), ("塘", "tang"), ("江", "jiang"), ("湾", "wan"), ("园", "yuan")),
    *(("岭", "ling"), ("泉", "quan"), ("林", "lin"), ("溪", "xi"), ("坝", "ba"), ("门", "men"), ("场", "chang")),
    *(("沙", "sha"), ("庙", "miao"), ("渡", "du"), ("田", "tian"), ("庄", "zhuang"), ("井", "jing"), ("洲", "zhou")),
)


def place_name(number: int) -> tuple[str, str]:
    """The number-th name, in both scripts; a numeral is added once all pairs are used."""
    pairs = len(_FIRST) * len(_SECOND)
    turn, position = divmod(number, pairs)
    position = position * 211 % pairs  # neighbours in the list should not sound alike
    first, second = _FIRST[position // len(_SECOND)], _SECOND[position % len(_SECOND)]
    tail = str(turn + 1) if turn else ""
    return first[0] + second[0] + tail, f"{first[1]}{second[1]} {tail}".strip()


def dealt(total: int, hands: int) -> list[int]:
    """``total`` dealt out evenly, the first hands getting what is left over."""
    return [total // hands + (1 if hand < total % hands else 0) for hand in range(hands)]
