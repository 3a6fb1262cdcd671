#pragma once

#include <weft/result.hpp>

#include <exception>
#include <new>
#include <string_view>
#include <type_traits>

namespace weft::detail {

/// Where exceptions stop: every function pointer that crosses the boundary goes through here. `failed` gets a code and
/// what the exception said, and gives what the caller is answered. Part of its caller: that is the entry of every call.
template <class Call, class Failed>
[[gnu::always_inline]] inline auto guarded(Call&& call, [[maybe_unused]] Failed&& failed) noexcept
    -> std::invoke_result_t<Call> {
#if defined(__cpp_exceptions)
    try {
        return call();
    } catch (const std::bad_alloc&) {
        return failed(Code::no_memory, std::string_view("out of memory"));
    } catch (const std::exception& exception) {
        return failed(Code::internal, std::string_view(exception.what()));
    } catch (...) {
        return failed(Code::internal, std::string_view("an exception that is no std::exception"));
    }
#else
    return call();
#endif
}

}  // namespace weft::detail
