// How the host calls into the tables of a crdt plugin: arguments lent, results and errors taken back.
#pragma once

#include <weft/detail/crdt_layout.hpp>
#include <weft/detail/values.hpp>

#include <span>

namespace weft::calling {

using detail::as_c;
using detail::from_c;
using detail::GrowingSink;
using detail::to_c;
using detail::to_code;

/// A plugin that answers with a code alone has said nothing.
inline void prepare(weft_error& error) {
    error.message[0] = '\0';
    error.retry_after_ms = 0;
}

// A call that writes to a sink and fills an error. After a failure `out` is as it was.
template <class Container, class Call>
Result<void> write_to(Container& out, Call&& call) {
    const std::size_t before = out.size();
    weft_error error;
    prepare(error);
    weft_code code = WEFT_OK;
    {
        GrowingSink sink(out);
        code = call(sink.c(), &error);
    }
    if (code != WEFT_OK) {
        out.resize(before);
    }
    return detail::to_result(code, error);
}

template <class Call>
Result<std::string> text_of(Call&& call) {
    std::string text;
    if (const auto done = write_to(text, call); !done) {
        return done.error();
    }
    return text;
}

template <class Call>
Result<void> checked(Call&& call) {
    weft_error error;
    prepare(error);
    const weft_code code = call(&error);
    return detail::to_result(code, error);
}

}  // namespace weft::calling
