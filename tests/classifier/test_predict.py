import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.axes import Axis
from classifier.predict import Model
from classifier.taxonomy import Kind, Topic, Urgency

LAMP = "Min, lampu pju di gang kami PADAM, gelap"


def test_a_dead_lamp_is_a_calm_complaint_about_street_lights(model: Model) -> None:
    (prediction,) = model.predict([LAMP])

    assert prediction.kind is Kind.PENGADUAN
    assert prediction.topic is Topic.PENERANGAN_JALAN
    assert prediction.urgency is Urgency.BIASA
    assert prediction.sensitive is False
    assert prediction.model_version == "small"


def test_a_wish_for_luck_is_no_report_and_has_no_topic(model: Model) -> None:
    (prediction,) = model.predict(["selamat pagi min semoga sehat selalu, promo hari ini"])

    assert prediction.kind is Kind.BUKAN_LAPORAN
    assert prediction.topic is None
    assert prediction.report_probability < 0.5


@settings(max_examples=30)
@given(st.text())
def test_any_text_gets_probabilities_that_add_up_to_one(model: Model, text: str) -> None:
    (prediction,) = model.predict([text])

    for axis in Axis:
        assert sum(prediction.probabilities[axis].values()) == pytest.approx(1)
    for reason in prediction.reasons:
        assert 0 <= reason.start < reason.end <= len(text)


@pytest.mark.parametrize("text", ["", "\x00", "\ud800", "🙏" * 4000, "a" * 10_000_000, "?" * 5000])
def test_a_strange_text_is_predicted_all_the_same(model: Model, text: str) -> None:
    (prediction,) = model.predict([text])

    assert prediction.topic is None or text.strip()


def test_a_complaint_about_no_matter_in_particular_gets_no_topic(starter: Model) -> None:
    (prediction,) = starter.predict(["tolong sudah lama tidak diperbaiki pak"])

    assert prediction.kind is Kind.PENGADUAN
    assert prediction.topic is None
    assert Axis.TOPIC in prediction.unsure


def test_thanks_that_name_a_matter_have_no_topic(model: Model) -> None:
    (prediction,) = model.predict(["terima kasih banyak pju lampu padam min"])

    assert prediction.kind is Kind.BUKAN_LAPORAN
    assert Axis.TOPIC not in prediction.unsure
    assert prediction.topic is None


def test_a_rule_makes_sensitive_what_the_model_takes_for_harmless(model: Model) -> None:
    text = "lampu pju padam di gang"

    plain, discreet = model.predict([text, text + ". rahasiakan identitas saya"])

    assert plain.sensitive is False
    assert discreet.probabilities[Axis.SENSITIVE]["ya"] < 0.1
    assert discreet.sensitive is True
    assert discreet.urgency is Urgency.BIASA


def test_a_batch_gives_what_single_texts_give(model: Model) -> None:
    texts = [LAMP, "", "got mampet tiap hujan"] * 100

    together = model.predict(texts)

    assert len(together) == 300
    for text, prediction in zip(texts[:3], together[255:258], strict=True):
        (alone,) = model.predict([text])
        assert prediction.kind is alone.kind
        assert prediction.probabilities[Axis.KIND] == pytest.approx(alone.probabilities[Axis.KIND])


def test_no_texts_give_no_predictions(model: Model) -> None:
    assert model.predict([]) == []


def test_a_rule_raises_what_the_model_takes_for_calm(model: Model) -> None:
    (prediction,) = model.predict(["min, saya mau bunuh diri saja"])

    assert prediction.urgency is Urgency.DARURAT
    assert prediction.sensitive is True
    assert prediction.rule == "bunuh_diri"
    (urgent, _) = [reason for reason in prediction.reasons if reason.rule]
    assert "min, saya mau bunuh diri saja"[urgent.start : urgent.end] == "mau bunuh diri"


def test_a_rule_for_discretion_does_not_lower_an_emergency(model: Model) -> None:
    text = "pasien kritis ambulans tidak ada tolong sekarang. rahasiakan identitas saya"

    (prediction,) = model.predict([text])

    assert prediction.urgency is Urgency.DARURAT
    assert "takut_balasan" in prediction.rules


def test_capitals_invisible_letters_and_full_width_change_no_probability(model: Model) -> None:
    plain = "lampu pju padam di gang kami"
    variants = [plain.upper(), plain.replace("m", "m\u200b"), "ｌampu ｐju ｐadam di gang kami"]

    expected, *found = model.predict([plain, *variants])

    for prediction in found:
        assert prediction.probabilities == expected.probabilities


def test_the_likeliest_labels_come_first(model: Model) -> None:
    (prediction,) = model.predict([LAMP])

    top = prediction.top(Axis.TOPIC)

    assert len(top) == 3
    assert top[0][0] == "penerangan_jalan"
    assert top[0][1] >= top[1][1] >= top[2][1]
