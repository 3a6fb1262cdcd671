#pragma once

#include "kernel/host/operations.hpp"

#include <weft/detail/values.hpp>

#include <string>
#include <utility>

namespace weft {

inline Error error_of(const weft_completion& completion) {
    const auto message = completion.message.data == nullptr ? std::string_view()
                                                            : detail::from_c(completion.message);
    return {detail::to_code(completion.code), std::string(message), completion.retry_after_ms};
}

/// The end of an operation without a result.
inline Operations::End void_end(Completion<void> done) {
    return [done = std::move(done)](const weft_completion& completion) mutable {
        if (completion.code == WEFT_OK) {
            done({});
        } else {
            done(error_of(completion));
        }
    };
}

/// The end of an operation with a result of the C boundary, which `take` copies to C++.
template <class CResult, class T, class Take>
Operations::End end_with(Completion<T> done, Take take) {
    return [done = std::move(done), take](const weft_completion& completion) mutable {
        if (completion.code != WEFT_OK) {
            done(error_of(completion));
        } else if (completion.result == nullptr || completion.result_size < sizeof(CResult)) {
            done(Error{Code::internal, "the plugin said ok without a result", 0});
        } else {
            done(take(*static_cast<const CResult*>(completion.result)));
        }
    };
}

}  // namespace weft
