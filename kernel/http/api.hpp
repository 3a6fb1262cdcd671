#pragma once

#include <weft/transport.hpp>

#include <string>
#include <string_view>

namespace weft {

class Node;

/// One HTTP request with the way back to its client. Answered exactly once, from any thread.
class ApiRequest {
public:
    ApiRequest(Transport& transport, HttpRequest request);

    const std::string& method() const { return request_.method; }
    /// As sent, not percent-decoded, without the query.
    std::string_view path() const { return path_; }
    std::string_view query() const { return query_; }
    /// Empty if it was not sent; `name` in lower case.
    std::string_view header(std::string_view name) const;

    const Buffer& body() const { return request_.body; }

    bool reads() const { return request_.method == "GET" || request_.method == "HEAD"; }

    void answer(HttpResponse response) { transport_->respond(request_.id, std::move(response)); }

private:
    Transport* transport_;
    HttpRequest request_;
    std::string path_;
    std::string query_;
};

/// `/api/documents` and what is below it. `path` is what follows "/api/documents".
void answer_documents(Node& node, ApiRequest request, std::string_view path);

}  // namespace weft
