#include "kernel/http/api.hpp"

#include <algorithm>

namespace weft {

ApiRequest::ApiRequest(Transport& transport, HttpRequest request)
    : transport_(&transport), request_(std::move(request)) {
    const std::string_view target = request_.target;
    path_ = target.substr(0, target.find('?'));
    query_ = target.substr(std::min(target.size(), path_.size() + 1));
}

std::string_view ApiRequest::method() const {
    return request_.method == "HEAD" ? std::string_view("GET") : request_.method;
}

std::string ApiRequest::header(std::string_view name) const {
    std::string joined;
    for (const auto& [header, value] : request_.headers) {
        if (header == name) {
            joined += joined.empty() ? "" : ", ";
            joined += value;
        }
    }
    return joined;
}

void ApiRequest::add_header(std::string name, std::string value) {
    added_headers_.emplace_back(std::move(name), std::move(value));
}

void ApiRequest::answer(HttpResponse response) {
    if (watcher_) {
        watcher_(response);
    }
    response.headers.insert(response.headers.end(), added_headers_.begin(), added_headers_.end());
    transport_->respond(request_.id, std::move(response));
}

}  // namespace weft
