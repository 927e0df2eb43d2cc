"""Numbers of persons are found by their check digits, and nothing else is taken for one."""

import pytest

from site_core.checking.numbers import NumberKind, find_numbers, mask

# Made up: the region is Gansu's, the birthday a day, the serial 001; the last digit is computed below.
BODY = "62080219900101001"
CARD_BODY = "622202360000000"


def identity_number(body=BODY):
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


def bank_card(body=CARD_BODY):
    for last in "0123456789":
        number = body + last
        digits = [int(d) for d in reversed(number)]
        if (sum(digits[::2]) + sum(sum(divmod(d * 2, 10)) for d in digits[1::2])) % 10 == 0:
            return number
    raise AssertionError(body)


def kinds(text):
    return [number.kind for number in find_numbers(text)]


def test_identity_number_is_found_where_its_check_digit_holds():
    number = identity_number()
    assert kinds(f"申请人张某，身份证号{number}。") == [NumberKind.IDENTITY]
    wrong = number[:-1] + ("0" if number[-1] != "0" else "1")
    assert NumberKind.IDENTITY not in kinds(f"身份证号{wrong}")


def test_identity_number_is_found_in_full_width_digits_and_with_small_x():
    body = next(f"6208021990010100{n}" for n in range(10) if identity_number(f"6208021990010100{n}").endswith("X"))
    number = identity_number(body)
    wide = number[:-1].translate(str.maketrans("0123456789", "０１２３４５６７８９")) + "x"
    assert kinds(wide) == [NumberKind.IDENTITY]


def test_number_with_an_impossible_birthday_is_no_identity_number():
    assert NumberKind.IDENTITY not in kinds(identity_number("62080219901301001"))


@pytest.mark.parametrize(
    "text", ["13812345678", "138 1234 5678", "138-1234-5678", "+86 13812345678", "电话：19912345678。"]
)
def test_mobile_number_is_found(text):
    assert kinds(text) == [NumberKind.MOBILE]


@pytest.mark.parametrize(
    "text",
    [
        "0933-8612345",
        "12348",
        "2026-11-26",
        "2138123456789",
        "平司发〔2026〕18号",
        "11441700007280420Y/2021-00050",
        "12812345678",
    ],
)
def test_other_numbers_are_left_alone(text):
    assert kinds(text) == []


def test_bank_card_is_found_with_and_without_gaps():
    number = bank_card()
    gaps = " ".join(number[start : start + 4] for start in range(0, 16, 4))
    assert kinds(f"账号{number}，或{gaps}") == [NumberKind.BANK_CARD, NumberKind.BANK_CARD]


def test_long_number_without_the_digit_of_luhn_is_no_bank_card():
    number = bank_card()
    assert kinds(number[:-1] + str((int(number[-1]) + 1) % 10)) == []


def test_credit_code_of_an_organisation_is_no_number_of_a_person():
    assert kinds("统一社会信用代码 11620800013962455K，52620800MJY1234567") == []


def test_identity_number_is_not_a_bank_card_as_well():
    found = find_numbers(f"{identity_number()} {bank_card()} 13812345678")
    assert [each.kind for each in found] == [NumberKind.IDENTITY, NumberKind.BANK_CARD, NumberKind.MOBILE]


def test_found_number_shows_only_its_ends():
    number = identity_number()
    (found,) = find_numbers(number)
    assert found.masked == f"6208{'*' * 10}{number[-4:]}"
    assert mask("13812345678") == "138****5678"
