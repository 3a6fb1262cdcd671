#include "chunk.hpp"

#include <charconv>
#include <utility>

namespace weft::storage {
namespace {

constexpr std::size_t mark_bytes = 8;
constexpr std::size_t kept_bytes_max = 1u << 20;

void put_mark(Bytes& out, std::uint64_t mark) {
    for (std::size_t i = 0; i < mark_bytes; ++i) {
        out.push_back(static_cast<std::uint8_t>(mark >> (8 * i)));
    }
}

void put_size(std::string& out, std::size_t size) {
    char digits[20];
    const auto end = std::to_chars(std::begin(digits), std::end(digits), size).ptr;
    out += out.empty() ? '[' : ',';
    out.append(digits, end);
}

/// Takes the next number and what ends it from the front of `text`.
std::optional<std::uint64_t> take_size(std::string_view& text) {
    std::uint64_t size = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + 1, end, size);
    if (error != std::errc{} || stop == end) {
        return std::nullopt;
    }
    text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
    return size;
}

}  // namespace

std::uint64_t mark_at(BytesView marks, std::size_t index) {
    std::uint64_t mark = 0;
    for (std::size_t i = mark_bytes; i-- > 0;) {
        mark = mark << 8 | marks[index * mark_bytes + i];
    }
    return mark;
}

std::size_t mark_count(BytesView marks) {
    return marks.size() / mark_bytes;
}

void PackedRows::begin() {
    if (joined_.capacity() > kept_bytes_max) {
        joined_ = Bytes{};
    }
    marks_.clear();
    sizes_.clear();
    joined_.clear();
}

void PackedRows::add(std::uint64_t mark, BytesView update) {
    put_mark(marks_, mark);
    put_size(sizes_, update.size());
}

void PackedRows::join(BytesView update) {
    joined_.insert(joined_.end(), update.begin(), update.end());
    data_ = joined_;
}

void PackedRows::pack(const std::vector<Row>& rows) {
    begin();
    for (const Row& row : rows) {
        add(row.mark, row.update.view());
    }
    sizes_ += ']';
    if (rows.size() == 1) {
        data_ = rows.front().update.view();
        return;
    }
    for (const Row& row : rows) {
        join(row.update.view());
    }
}

void PackedRows::pack(const std::vector<StoredPart>& rows) {
    begin();
    data_ = {};
    for (const StoredPart& row : rows) {
        add(row.mark, row.bytes.view());
        join(row.bytes.view());
    }
    sizes_ += ']';
}

std::optional<std::vector<StoredPart>> unpack(const StoredChunk& chunk) {
    const std::size_t count = chunk.marks.size() / mark_bytes;
    if (chunk.seqs.first > chunk.seqs.last || chunk.seqs.count() != count ||
        chunk.marks.size() % mark_bytes != 0 || !chunk.sizes.starts_with('[')) {
        return std::nullopt;
    }
    const Buffer data = Buffer::copy_of(chunk.data);
    BytesView rest = data.view();
    std::string_view sizes = chunk.sizes;
    std::vector<StoredPart> rows;
    rows.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        const std::optional<std::uint64_t> size = take_size(sizes);
        if (!size || *size > rest.size() || sizes.front() != (i + 1 < count ? ',' : ']')) {
            return std::nullopt;
        }
        const std::uint64_t seq = chunk.seqs.first + i;
        rows.push_back({StoredPart::Kind::row,
                        {seq, seq},
                        mark_at(chunk.marks, i),
                        data.slice(rest.first(static_cast<std::size_t>(*size)))});
        rest = rest.subspan(static_cast<std::size_t>(*size));
    }
    if (!rest.empty() || sizes != "]") {
        return std::nullopt;
    }
    return rows;
}

}  // namespace weft::storage
