#pragma once

#include <weft/result.hpp>
#include <weft/transport.hpp>

#include <string>
#include <string_view>

namespace weft {

/// Answers of the HTTP interface. Errors are `{"error": {"code": "…", "message": "…"}}`.
HttpResponse text_answer(std::uint16_t status, std::string_view body);
HttpResponse bytes_answer(std::uint16_t status, BytesView body);
HttpResponse json_answer(std::uint16_t status, std::string_view json);
HttpResponse error_answer(std::uint16_t status, std::string_view code, std::string_view message);

/// The status and code that say to a client of the API what `error` says to the kernel.
HttpResponse error_answer(const Error& error);

/// 204 when nothing is to be said, 304 when the client has it already.
HttpResponse empty_answer(std::uint16_t status);

/// Lets caches keep the answer, and ask by `tag` whether it still holds.
HttpResponse with_tag(HttpResponse response, std::string tag);

}  // namespace weft
