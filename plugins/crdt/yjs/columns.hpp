// The columns of update v2: each kind of value of an update stands in a column of its own, run-length encoded.
//
//   Rle           value, then count − 1 as a varuint when the next different value comes; the last run has no end
//   UintOptRle    a run of one: varint value; longer: varint −value (0 becomes −0), varuint count − 2
//   IntDiffOptRle runs of equal differences: varint difference · 2 + (count > 1 ? 1 : 0), varuint count − 2 if count > 1
//   String        one varstring of everything, then the lengths in UTF-16 code units as UintOptRle
#pragma once

#include "lib0.hpp"

#include <string>
#include <string_view>

namespace weft::yjs {

class RleEncoder {
public:
    void write(std::uint8_t value);
    BytesView bytes() const { return bytes_; }

private:
    Bytes bytes_;
    std::uint64_t count_ = 0;
    std::uint8_t value_ = 0;
};

class RleDecoder {
public:
    explicit RleDecoder(BytesView bytes) : reader_(bytes) {}
    std::uint8_t read();
    bool ok() const { return reader_.ok(); }

private:
    Reader reader_;
    std::uint64_t left_ = 0;
    bool endless_ = false;
    std::uint8_t value_ = 0;
};

class UintOptRleEncoder {
public:
    void write(std::uint64_t value);
    /// Ends the last run; nothing is written after it.
    BytesView finish();

private:
    void flush();

    Bytes bytes_;
    std::uint64_t value_ = 0;
    std::uint64_t count_ = 0;
};

class UintOptRleDecoder {
public:
    explicit UintOptRleDecoder(BytesView bytes) : reader_(bytes) {}
    std::uint64_t read();
    bool ok() const { return reader_.ok(); }

private:
    Reader reader_;
    std::uint64_t value_ = 0;
    std::uint64_t left_ = 0;
};

class IntDiffOptRleEncoder {
public:
    void write(std::int64_t value);
    BytesView finish();

private:
    void flush();

    Bytes bytes_;
    std::int64_t value_ = 0;
    std::int64_t difference_ = 0;
    std::uint64_t count_ = 0;
};

class IntDiffOptRleDecoder {
public:
    explicit IntDiffOptRleDecoder(BytesView bytes) : reader_(bytes) {}
    std::int64_t read();
    bool ok() const { return reader_.ok(); }

private:
    Reader reader_;
    std::int64_t value_ = 0;
    std::int64_t difference_ = 0;
    std::uint64_t left_ = 0;
};

class StringColumnEncoder {
public:
    /// `text` is valid UTF-8.
    void write(std::string_view text);
    Bytes finish();

private:
    Bytes text_;
    UintOptRleEncoder lengths_;
};

class StringColumnDecoder {
public:
    explicit StringColumnDecoder(BytesView bytes);
    /// Borrowed from the column, or until the next call. Fails if the column has no such text. A length that ends inside a
    /// surrogate pair, as strings that JavaScript cut there have it, gives U+FFFD for each half.
    std::string_view read();
    bool ok() const { return ok_ && lengths_.ok(); }

private:
    BytesView text_;
    UintOptRleDecoder lengths_;
    std::string mended_;
    bool inside_pair_ = false;  // the first half of a pair was read, its character is gone
    bool ok_ = true;
};

}  // namespace weft::yjs
