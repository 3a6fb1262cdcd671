#include "columns.hpp"

#include "utf16.hpp"

namespace weft::yjs {
namespace {

constexpr std::int64_t value_max = static_cast<std::int64_t>(varuint_max);

}  // namespace

void RleEncoder::write(std::uint8_t value) {
    if (count_ > 0 && value_ == value) {
        ++count_;
        return;
    }
    Writer writer(bytes_);
    if (count_ > 0) {
        writer.varuint(count_ - 1);
    }
    writer.u8(value);
    value_ = value;
    count_ = 1;
}

std::uint8_t RleDecoder::read() {
    if (left_ == 0 && !endless_) {
        value_ = reader_.u8();
        endless_ = reader_.at_end();
        left_ = endless_ ? 0 : reader_.varuint() + 1;
    }
    left_ -= left_ > 0 ? 1 : 0;
    return value_;
}

void UintOptRleEncoder::write(std::uint64_t value) {
    if (count_ > 0 && value_ == value) {
        ++count_;
        return;
    }
    flush();
    value_ = value;
    count_ = 1;
}

void UintOptRleEncoder::flush() {
    if (count_ == 0) {
        return;
    }
    Writer writer(bytes_);
    write_varint(writer, {count_ > 1, value_});
    if (count_ > 1) {
        writer.varuint(count_ - 2);
    }
    count_ = 0;
}

BytesView UintOptRleEncoder::finish() {
    flush();
    return bytes_;
}

std::uint64_t UintOptRleDecoder::read() {
    if (left_ == 0) {
        const SignedMagnitude number = read_varint(reader_);
        value_ = number.magnitude;
        left_ = number.negative ? reader_.varuint() + 2 : 1;
    }
    --left_;
    return value_;
}

void IntDiffOptRleEncoder::write(std::int64_t value) {
    const std::int64_t difference = value - value_;
    value_ = value;
    if (count_ > 0 && difference_ == difference) {
        ++count_;
        return;
    }
    flush();
    difference_ = difference;
    count_ = 1;
}

void IntDiffOptRleEncoder::flush() {
    if (count_ == 0) {
        return;
    }
    Writer writer(bytes_);
    write_varint(writer, SignedMagnitude::of(difference_ * 2 + (count_ > 1 ? 1 : 0)));
    if (count_ > 1) {
        writer.varuint(count_ - 2);
    }
    count_ = 0;
}

BytesView IntDiffOptRleEncoder::finish() {
    flush();
    return bytes_;
}

std::int64_t IntDiffOptRleDecoder::read() {
    if (left_ == 0) {
        const std::int64_t number = read_varint(reader_).value();
        difference_ = number >> 1;  // towards minus infinity
        left_ = (number & 1) != 0 ? reader_.varuint() + 2 : 1;
    }
    --left_;
    // Repeated differences may lead out of the range of JavaScript's numbers: refuse, and never overflow.
    value_ += difference_;
    if (value_ > value_max || value_ < -value_max) {
        reader_.fail();
        value_ = 0;
    }
    return value_;
}

void StringColumnEncoder::write(std::string_view text) {
    text_.insert(text_.end(), text.begin(), text.end());
    lengths_.write(utf16_length(as_bytes(text)).value_or(0));
}

Bytes StringColumnEncoder::finish() {
    Bytes column;
    Writer writer(column);
    writer.varbytes(text_);
    writer.bytes(lengths_.finish());
    return column;
}

StringColumnDecoder::StringColumnDecoder(BytesView bytes) : lengths_({}) {
    Reader reader(bytes);
    text_ = reader.varbytes();
    ok_ = reader.ok() && utf16_length(text_).has_value();
    lengths_ = UintOptRleDecoder({reader.cursor(), reader.remaining()});
}

std::string_view StringColumnDecoder::read() {
    const std::uint64_t units = lengths_.read();
    const std::uint64_t whole = units - (inside_pair_ && units > 0 ? 1 : 0);
    ok_ = ok_ && lengths_.ok() && whole <= text_.size();
    const Utf16Cut cut = ok_ ? utf16_cut(text_, whole) : Utf16Cut{};
    const BytesView taken = text_.first(cut.byte);
    ok_ = ok_ && utf16_length(taken) == whole - (cut.inside_pair ? 1 : 0);
    if (!ok_) {
        return {};
    }
    if (whole == units && !cut.inside_pair) {
        text_ = text_.subspan(cut.byte);
        return as_text(taken);
    }
    mended_ = whole == units ? "" : replacement_character;
    mended_ += as_text(taken);
    mended_ += cut.inside_pair ? replacement_character : "";
    constexpr std::size_t pair_bytes = 4;
    text_ = text_.subspan(cut.byte + (cut.inside_pair ? pair_bytes : 0));
    inside_pair_ = cut.inside_pair;
    return mended_;
}

}  // namespace weft::yjs
