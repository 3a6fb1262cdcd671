// What the thunks of the crdt seam and of its extensions share.
#pragma once

#include <weft/detail/crdt_layout.hpp>
#include <weft/detail/guard.hpp>
#include <weft/detail/values.hpp>

namespace weft::detail {

/// An author's replica goes by the name of the opaque type.
inline weft_replica* as_c(Replica* replica) {
    return reinterpret_cast<weft_replica*>(replica);
}
inline Replica& author_of(weft_replica* replica) {
    return *reinterpret_cast<Replica*>(replica);
}
inline const Replica& author_of(const weft_replica* replica) {
    return *reinterpret_cast<const Replica*>(replica);
}

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
