// Appends to bytes without asking for room at each of them.
#pragma once

#include <weft/codec.hpp>

#include <algorithm>
#include <cstring>

namespace weft::yjs {

/// Writes a varuint of at most 10 bytes and gives where it ends.
inline std::uint8_t* put_varuint(std::uint8_t* at, std::uint64_t value) {
    while (value >= 0x80) {
        *at++ = static_cast<std::uint8_t>(value | 0x80);
        value >>= 7;
    }
    *at++ = static_cast<std::uint8_t>(value);
    return at;
}

/// A varuint that is written often: at most 8 bytes, as client ids have.
class ShortVaruint {
public:
    explicit ShortVaruint(std::uint64_t value) {
        std::uint8_t bytes[10];
        size_ =
            std::min<std::size_t>(8, static_cast<std::size_t>(put_varuint(bytes, value) - bytes));
        std::copy_n(bytes, size_, bytes_);
    }

    /// Touches 8 bytes behind `at`, and gives where it ends.
    std::uint8_t* put(std::uint8_t* at) const {
        std::memcpy(at, bytes_, sizeof(bytes_));
        return at + size_;
    }

private:
    std::uint8_t bytes_[8] = {};
    std::size_t size_ = 0;
};

/// Writes behind what `out` holds. Until this goes, `out` has bytes behind its end that mean nothing.
/// Callers `reserve` before they write; only `varbytes` and `write` do so themselves.
class UpdateWriter {
public:
    explicit UpdateWriter(Bytes& out) : out_(out), size_(out.size()) {}
    ~UpdateWriter() { out_.resize(size_); }
    UpdateWriter(const UpdateWriter&) = delete;
    UpdateWriter& operator=(const UpdateWriter&) = delete;

    void reserve(std::size_t size) {
        if (out_.size() - size_ < size) {
            out_.resize(std::max(out_.size() * 2, size_ + size));
        }
    }

    void u8(std::uint8_t value) { out_[size_++] = value; }

    void varuint(std::uint64_t value) {
        size_ = static_cast<std::size_t>(put_varuint(out_.data() + size_, value) - out_.data());
    }

    /// Leaves room for 32 bytes more.
    void varbytes(BytesView bytes) {
        reserve(bytes.size() + 48);
        varuint(bytes.size());
        append(bytes);
    }

    /// Appends what `write` gives to a `Writer`. Leaves room for 32 bytes more.
    template <class Write>
    void write(Write write) {
        written_.clear();
        Writer writer(written_);
        write(writer);
        reserve(written_.size() + 32);
        append(written_);
    }

private:
    void append(BytesView bytes) {
        if (!bytes.empty()) {
            std::memcpy(out_.data() + size_, bytes.data(), bytes.size());
        }
        size_ += bytes.size();
    }

    Bytes& out_;
    std::size_t size_;
    Bytes written_;  // by the last `write`; keeps its memory
};

}  // namespace weft::yjs
