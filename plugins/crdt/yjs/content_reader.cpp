#include "content_reader.hpp"

namespace weft::yjs {
namespace {

void append(Bytes* out, BytesView bytes) {
    if (out != nullptr) {
        out->insert(out->end(), bytes.begin(), bytes.end());
    }
}

}  // namespace

BytesView ContentReader::advance(std::size_t size) {
    const BytesView passed = rest_.first(size);
    rest_ = rest_.subspan(size);
    return passed;
}

Clock ContentReader::whole_characters(Clock units) const {
    if (ref_ != ContentRef::string || inside_pair_ || units == left_) {
        return units;
    }
    return cut_text(rest_, left_, units).inside_pair ? units - 1 : units;
}

void ContentReader::take(Clock units, Bytes& out) {
    if (ref_ == ContentRef::string) {
        return take_text(units, &out);
    }
    const bool all = units == left_ || rest_.empty();
    left_ -= units;
    append(&out, advance(all ? rest_.size() : value_offset(ref_, rest_, units)));
}

void ContentReader::skip(Clock units) {
    if (ref_ == ContentRef::string) {
        return take_text(units, nullptr);
    }
    const bool all = units == left_ || rest_.empty();
    left_ -= units;
    advance(all ? rest_.size() : value_offset(ref_, rest_, units));
}

void ContentReader::take_text(Clock units, Bytes* out) {
    if (units > 0 && inside_pair_) {
        append(out, as_bytes(replacement_character));
        advance(4);
        inside_pair_ = false;
        --units;
        --left_;
    }
    const Utf16Cut cut = cut_text(rest_, left_, units);
    append(out, advance(cut.byte));
    if (cut.inside_pair) {
        append(out, as_bytes(replacement_character));
        inside_pair_ = true;
    }
    left_ -= units;
}

}  // namespace weft::yjs
