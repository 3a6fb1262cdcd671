// Between the values of C++ and those of the C boundary; used on both sides of it.
#pragma once

#include <weft/abi/base.h>
#include <weft/buffer.hpp>
#include <weft/bytes.hpp>
#include <weft/result.hpp>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>

namespace weft::detail {

inline weft_str to_c(std::string_view text) {
    return {text.data(), text.size()};
}
inline weft_bytes to_c(BytesView bytes) {
    return {bytes.data(), bytes.size()};
}
inline std::string_view from_c(weft_str text) {
    return {text.data, text.size};
}
inline BytesView from_c(weft_bytes bytes) {
    return {bytes.data, bytes.size};
}

/// Codes that a newer side may have added are `internal` here.
inline Code to_code(weft_code code) {
    return code <= WEFT_INTERNAL ? static_cast<Code>(code) : Code::internal;
}
inline weft_code to_c(Code code) {
    return static_cast<weft_code>(code);
}

/// Cuts at a whole UTF-8 character.
inline std::string_view cut_text(std::string_view text, std::size_t size) {
    if (text.size() <= size) {
        return text;
    }
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80) {
        --size;
    }
    return text.substr(0, size);
}

inline weft_code fill_error(weft_error* out, Code code, std::string_view message,
                            std::uint32_t retry_after_ms = 0) {
    if (out != nullptr) {
        const auto cut = cut_text(message, sizeof out->message - 1);
        out->code = to_c(code);
        out->retry_after_ms = retry_after_ms;
        std::copy(cut.begin(), cut.end(), out->message);
        out->message[cut.size()] = '\0';
    }
    return to_c(code);
}

inline weft_code fill_error(weft_error* out, const Error& error) {
    return fill_error(out, error.code, error.message, error.retry_after_ms);
}

/// The code that came back counts; a message without an end is cut.
inline Error from_c(weft_code code, const weft_error& error) {
    const auto* end = std::find(std::begin(error.message), std::end(error.message), '\0');
    return {to_code(code), std::string(std::begin(error.message), end), error.retry_after_ms};
}

inline Result<void> to_result(weft_code code, const weft_error& error) {
    if (code == WEFT_OK) {
        return {};
    }
    return from_c(code, error);
}

/// `size` elements, on the stack when they are few: what a call on the hot way needs for its arguments.
template <class T, std::size_t Few>
class SmallArray {
public:
    explicit SmallArray(std::size_t size) : size_(size) {
        if (size > Few) {
            many_ = std::make_unique<T[]>(size);
            data_ = many_.get();
        } else {
            data_ = reinterpret_cast<T*>(few_);
            std::uninitialized_value_construct_n(data_, size);
        }
    }
    SmallArray(const SmallArray&) = delete;
    SmallArray& operator=(const SmallArray&) = delete;
    ~SmallArray() {
        if (!many_) {
            std::destroy_n(data_, size_);
        }
    }

    T* data() { return data_; }
    std::size_t size() const { return size_; }
    T& operator[](std::size_t index) { return data_[index]; }

private:
    std::size_t size_;
    T* data_;
    std::unique_ptr<T[]> many_;
    alignas(T) unsigned char few_[sizeof(T) * Few];
};

/// Appends `bytes` to the memory of the other side.
inline weft_code write_to(weft_sink* sink, BytesView bytes) {
    if (bytes.empty()) {
        return WEFT_OK;
    }
    if (static_cast<std::size_t>(sink->end - sink->cur) < bytes.size()) {
        const weft_code code = sink->grow(sink, bytes.size());
        if (code != WEFT_OK) {
            return code;
        }
    }
    std::memcpy(sink->cur, bytes.data(), bytes.size());
    sink->cur += bytes.size();
    return WEFT_OK;
}

/// Lends the end of a `Bytes` or a std::string to the other side as a sink, or a piece of the stack as long as that is
/// enough. What was written is there once `finish` was called.
template <class Container>
class GrowingSink {
public:
    explicit GrowingSink(Container& out) : out_(out), start_(out.size()) {
        sink_ = {few_, few_ + sizeof(few_), &grow, this};
    }
    GrowingSink(const GrowingSink&) = delete;
    GrowingSink& operator=(const GrowingSink&) = delete;
    ~GrowingSink() { finish(); }

    weft_sink* c() { return &sink_; }

    void finish() {
        if (is_few()) {
            out_.insert(out_.end(), few_, sink_.cur);
        } else {
            out_.resize(static_cast<std::size_t>(sink_.cur - begin()));
        }
        sink_.cur = few_;
        sink_.end = few_ + sizeof(few_);
        start_ = out_.size();
    }

private:
    bool is_few() const { return sink_.end == few_ + sizeof(few_); }
    std::uint8_t* begin() { return reinterpret_cast<std::uint8_t*>(out_.data()); }

    static weft_code grow(weft_sink* sink, std::size_t need) noexcept {
        return static_cast<GrowingSink*>(sink->owner)->make_room(need);
    }

    weft_code make_room(std::size_t need) noexcept {
        const std::size_t few = is_few() ? static_cast<std::size_t>(sink_.cur - few_) : 0;
        const std::size_t used =
            is_few() ? start_ + few : static_cast<std::size_t>(sink_.cur - begin());
        if (need > out_.max_size() - used) {
            return WEFT_NOMEM;
        }
#if defined(__cpp_exceptions)
        try {
            out_.resize(std::max(used + need, used + used / 2));
        } catch (...) {
            return WEFT_NOMEM;
        }
#else
        out_.resize(std::max(used + need, used + used / 2));
#endif
        std::copy_n(few_, few, begin() + start_);
        sink_.cur = begin() + used;
        sink_.end = begin() + out_.size();
        return WEFT_OK;
    }

    Container& out_;
    std::size_t start_;
    weft_sink sink_{};
    std::uint8_t few_[128];
};

}  // namespace weft::detail
