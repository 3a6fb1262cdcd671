// What the thunks of the crdt seam and of its extensions share.
#pragma once

#include <weft/abi/crdt.h>
#include <weft/crdt.hpp>
#include <weft/detail/guard.hpp>
#include <weft/detail/values.hpp>

/// An author's replica, and what the usual calls need beside it: kept from call to call, so that one costs no allocation.
struct weft_replica {
    std::unique_ptr<weft::Replica> replica;
    std::vector<weft::BytesView> views;  // of what `apply` was given
    std::vector<weft::Applied> applied;  // the last `apply` lent out their messages
    std::vector<weft::Edit> edits;
    weft::Bytes update;  // of the last `edit`
};

namespace weft::detail {

/// Most calls carry a handful of updates or edits: room for so many is kept.
inline constexpr std::size_t few_updates = 8;
inline constexpr std::size_t few_bytes = 4096;

class UpdateViews {
public:
    UpdateViews(const weft_bytes* updates, std::size_t count) : views_(count) {
        for (std::size_t i = 0; i < count; ++i) {
            views_[i] = from_c(updates[i]);
        }
    }
    std::span<const BytesView> span() { return {views_.data(), views_.size()}; }

private:
    SmallArray<BytesView, few_updates> views_;
};

/// Makes `list` hold `count` elements, in the state that the last call left them in; gives back what a large one needed.
template <class T>
void reuse(std::vector<T>& list, std::size_t count) {
    if (list.size() == count && count <= few_updates) {
        return;
    }
    if (list.capacity() > few_updates && count <= few_updates) {
        list = {};
    }
    list.resize(count);
}

inline void assign(std::string& to, weft_str from) {
    if (to.capacity() > few_bytes && from.size <= few_bytes) {
        to = std::string(from_c(from));
    } else {
        to.assign(from.data, from.size);
    }
}

/// Keeps its memory where it can: this stands in front of every local edit, and most texts of an edit are empty, short or
/// as long as those of the last one.
inline void reuse(std::string& to, weft_str from) {
    constexpr std::size_t short_text = 16;
    if (to.size() != from.size) {
        return assign(to, from);
    }
    char* const out = to.data();
    if (from.size > short_text) {
        std::memcpy(out, from.data, from.size);
        return;
    }
    for (std::size_t i = 0; i < from.size; ++i) {
        out[i] = from.data[i];
    }
}

/// Calls what writes a `Bytes` or gives a std::string and hands it to the sink.
template <class Call>
weft_code guarded_write(Bytes& bytes, weft_sink* out, weft_error* error, Call&& call) noexcept {
    return guarded(
        [&]() -> weft_code {
            if (const Result<void> done = call(bytes); !done) {
                return fill_error(error, done.error());
            }
            const weft_code code = write_to(out, bytes);
            return code == WEFT_OK
                       ? code
                       : fill_error(error, to_code(code), "the result does not fit into memory");
        },
        [&](Code code, std::string_view what) { return fill_error(error, code, what); });
}

template <class Call>
weft_code guarded_write(weft_sink* out, weft_error* error, Call&& call) noexcept {
    Bytes bytes;
    return guarded_write(bytes, out, error, std::forward<Call>(call));
}

template <class Call>
weft_code guarded_call(weft_error* error, Call&& call) noexcept {
    return guarded(
        [&]() -> weft_code {
            const Result<void> done = call();
            return done ? WEFT_OK : fill_error(error, done.error());
        },
        [&](Code code, std::string_view what) { return fill_error(error, code, what); });
}

/// The same for a call that gives a std::string.
template <class Call>
weft_code guarded_text(weft_sink* out, weft_error* error, Call&& call) noexcept {
    return guarded_write(out, error, [&](Bytes& bytes) -> Result<void> {
        const Result<std::string> text = call();
        if (!text) {
            return text.error();
        }
        bytes = to_bytes(as_bytes(*text));
        return {};
    });
}

}  // namespace weft::detail
