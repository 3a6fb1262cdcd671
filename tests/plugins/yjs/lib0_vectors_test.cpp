// The primitive encodings, against the bytes that lib0 writes.
#include "any_value.hpp"
#include "columns.hpp"
#include "shown_values.hpp"
#include "utf16.hpp"
#include "vectors.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace weft::yjs {
namespace {

double number_of(const Json& value) {
    if (!value.is_object()) {
        return value.get<double>();
    }
    const std::string name = value["$float"];
    return name == "-0"         ? -0.0
           : name == "NaN"      ? std::nan("")
           : name == "Infinity" ? std::numeric_limits<double>::infinity()
                                : -std::numeric_limits<double>::infinity();
}

/// The text of a vector; lone surrogates are spelled as code units there, and are U+FFFD on the wire.
std::string text_of(const Json& value) {
    if (!value.is_object()) {
        return value;
    }
    std::string text;
    for (const Json& unit : value["$utf16"]) {
        const auto code = unit.get<unsigned>();
        text += code >= 0xd800 && code < 0xe000 ? std::string(replacement_character)
                                                : std::string(1, static_cast<char>(code));
    }
    return text;
}

Bytes with_more_behind(Bytes bytes) {
    bytes.insert(bytes.end(), 16, 0xff);
    return bytes;
}

class Lib0 : public ::testing::TestWithParam<std::size_t> {
protected:
    const Json& entry() const { return vectors()["lib0"][GetParam()]; }
    const Json& value() const { return entry()["value"]; }
    std::string codec() const { return entry()["codec"]; }
    Bytes bytes() const { return from_hex(entry()["hex"]); }

    void expect_number() const;
    void expect_text_or_bytes() const;
    void expect_any() const;

    template <class Encoder, class Decoder>
    void expect_column() const {
        using Number = decltype(std::declval<Decoder&>().read());
        const Bytes stored = bytes();
        Encoder encoder;
        Decoder decoder(stored);
        for (const Json& number : value()) {
            encoder.write(number.get<Number>());
            EXPECT_EQ(decoder.read(), number.get<Number>());
        }
        EXPECT_TRUE(decoder.ok());
        if constexpr (requires { encoder.finish(); }) {
            EXPECT_EQ(to_hex(encoder.finish()), entry()["hex"]);
        } else {
            EXPECT_EQ(to_hex(encoder.bytes()), entry()["hex"]);
        }
    }
    void expect_strings() const;
};

void Lib0::expect_number() const {
    const Bytes stored = bytes();
    Reader reader(stored);
    Bytes written;
    Writer writer(written);
    if (codec() == "varUint") {
        EXPECT_EQ(reader.varuint(), value().get<std::uint64_t>());
        const Bytes padded = with_more_behind(stored);
        Reader fast(padded);
        EXPECT_EQ(read_varuint(fast), value().get<std::uint64_t>());
        EXPECT_EQ(fast.remaining(), padded.size() - stored.size());
        writer.varuint(value());
    } else if (codec() == "varInt") {
        const bool negative_zero = value().is_object();
        const auto expected =
            negative_zero ? SignedMagnitude{true, 0} : SignedMagnitude::of(value());
        const SignedMagnitude read = read_varint(reader);
        EXPECT_EQ(read.negative, expected.negative);
        EXPECT_EQ(read.magnitude, expected.magnitude);
        write_varint(writer, expected);
    } else if (codec() == "float32") {
        EXPECT_EQ(read_float32(reader), value().get<float>());
        write_big_endian(writer, std::bit_cast<std::uint32_t>(value().get<float>()));
    } else if (codec() == "float64") {
        EXPECT_EQ(read_float64(reader), value().get<double>());
        write_big_endian(writer, std::bit_cast<std::uint64_t>(value().get<double>()));
    } else {
        const std::int64_t expected = std::stoll(value()["$bigint"].get<std::string>());
        EXPECT_EQ(read_int64(reader), expected);
        write_big_endian(writer, static_cast<std::uint64_t>(expected));
    }
    EXPECT_TRUE(reader.ok() && reader.at_end());
    EXPECT_EQ(to_hex(written), entry()["hex"]);
}

void Lib0::expect_text_or_bytes() const {
    const Bytes stored = bytes();
    Reader reader(stored);
    const BytesView read = reader.varbytes();
    const bool is_text = codec() == "varString";
    const Bytes expected =
        is_text ? to_bytes(as_bytes(text_of(value()))) : from_hex(value()["$bytes"]);
    EXPECT_EQ(to_hex(read), to_hex(expected));
    EXPECT_TRUE(reader.ok() && reader.at_end());
    EXPECT_TRUE(!is_text || utf16_length(read));
}

void Lib0::expect_any() const {
    const Bytes stored = bytes();
    Reader checked(stored);
    skip_any(checked);
    EXPECT_TRUE(checked.ok() && checked.at_end());
    std::string json;
    Reader reader(stored);
    any_to_json(reader, json);
    EXPECT_EQ(Json::parse(json), as_shown(value())) << json;
    if (value().is_number() || value().contains("$float")) {
        Bytes written;
        Writer writer(written);
        write_any_number(writer, number_of(value()));
        EXPECT_EQ(to_hex(written), entry()["hex"]);
    }
    for (std::size_t size = 0; size < stored.size(); ++size) {
        Reader cut(BytesView(stored).first(size));
        skip_any(cut);
        EXPECT_FALSE(cut.ok()) << "cut to " << size << " bytes";
    }
}

void Lib0::expect_strings() const {
    const Bytes stored = bytes();
    StringColumnEncoder encoder;
    StringColumnDecoder decoder(stored);
    for (const Json& text : value()) {
        encoder.write(text.get<std::string>());
        EXPECT_EQ(decoder.read(), text.get<std::string>());
    }
    EXPECT_TRUE(decoder.ok());
    EXPECT_EQ(to_hex(encoder.finish()), entry()["hex"]);
}

TEST_P(Lib0, IsReadAndWrittenAsLib0DoesIt) {
    if (codec() == "any") {
        expect_any();
    } else if (codec() == "varString" || codec() == "varUint8Array") {
        expect_text_or_bytes();
    } else if (codec() == "UintOptRle") {
        expect_column<UintOptRleEncoder, UintOptRleDecoder>();
    } else if (codec() == "IntDiffOptRle") {
        expect_column<IntDiffOptRleEncoder, IntDiffOptRleDecoder>();
    } else if (codec() == "Rle(uint8)") {
        expect_column<RleEncoder, RleDecoder>();
    } else if (codec() == "String") {
        expect_strings();
    } else {
        expect_number();
    }
}

INSTANTIATE_TEST_SUITE_P(Lib0, Lib0, ::testing::Range(std::size_t{0}, vectors()["lib0"].size()),
                         [](const auto& parameter) {
                             const Json& entry = vectors()["lib0"][parameter.param];
                             std::string hex = entry["hex"];
                             hex.resize(std::min(hex.size(), std::size_t{24}));
                             return test_name(entry["codec"]) + "As" +
                                    (hex.empty() ? "Nothing" : hex) + "Number" +
                                    std::to_string(parameter.param);
                         });

TEST(VarUint, IsReadAndRefusedAlikeOneByteAtATimeAndAtOnce) {
    // Every number of groups, minimal and padded with zeros, and what lies beyond 2^53 - 1.
    for (unsigned bits = 0; bits <= 63; ++bits) {
        for (std::size_t padding = 0; padding < 4; ++padding) {
            Bytes bytes;
            Writer writer(bytes);
            writer.varuint((std::uint64_t{1} << bits) - 1);
            for (std::size_t i = 0; i < padding; ++i) {
                bytes.back() |= 0x80;
                bytes.push_back(0);
            }
            bytes = with_more_behind(bytes);
            Reader slow(bytes), fast(bytes);
            EXPECT_EQ(slow.varuint(), read_varuint(fast)) << bits;
            EXPECT_EQ(slow.ok(), fast.ok()) << bits;
            EXPECT_EQ(slow.remaining(), fast.remaining()) << bits;
        }
    }
}

TEST(StringColumn, GivesAReplacementCharacterForEachHalfOfAPairThatALengthCuts) {
    const Bytes column = from_hex("0661f09f9880620202");  // "a", an emoji, "b"; lengths 2 and 2
    StringColumnDecoder decoder(column);
    EXPECT_EQ(decoder.read(), "a\xef\xbf\xbd");
    EXPECT_EQ(decoder.read(), "\xef\xbf\xbd"
                              "b");
    EXPECT_TRUE(decoder.ok());
}

TEST(StringColumn, RefusesALengthBeyondItsText) {
    const Bytes column = from_hex("04f09f988003");  // one emoji, length 3
    StringColumnDecoder decoder(column);
    EXPECT_EQ(decoder.read(), "");
    EXPECT_FALSE(decoder.ok());
}

TEST(IntDiffColumn, RefusesDifferencesThatLeaveTheRangeOfNumbers) {
    // A difference of 2^52 − 1, repeated.
    Bytes column;
    Writer writer(column);
    write_varint(writer, SignedMagnitude::of((std::int64_t{1} << 53) - 1));
    writer.varuint(varuint_max - 2);
    IntDiffOptRleDecoder decoder(column);
    for (int i = 0; i < 10 && decoder.ok(); ++i) {
        decoder.read();
    }
    EXPECT_FALSE(decoder.ok());
}

}  // namespace
}  // namespace weft::yjs
