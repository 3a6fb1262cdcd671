// What the thunks of the crdt seam and of its extensions share.
#pragma once

#include <weft/abi/crdt.h>
#include <weft/crdt.hpp>
#include <weft/detail/guard.hpp>
#include <weft/detail/values.hpp>

struct weft_replica {
    std::unique_ptr<weft::Replica> replica;
    std::vector<std::string> refusals;  // messages that the last `apply` lent out
};

namespace weft::detail {

/// Most calls carry a handful of updates: their arguments stay on the stack.
inline constexpr std::size_t few_updates = 8;

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

/// Calls what writes a `Bytes` or gives a std::string and hands it to the sink.
template <class Call>
weft_code guarded_write(weft_sink* out, weft_error* error, Call&& call) noexcept {
    return guarded(
        [&]() -> weft_code {
            Bytes bytes;
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
