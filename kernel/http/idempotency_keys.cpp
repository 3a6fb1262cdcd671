#include "kernel/http/idempotency_keys.hpp"

#include "kernel/http/http_answer.hpp"

#include <weft/sha256.hpp>

namespace weft {

namespace {

constexpr std::size_t key_bytes_max = 255;
constexpr std::uint16_t first_server_error = 500;

/// Names what was asked for: a key counts for the path that it was sent to.
std::string scope_of(const ApiRequest& request, std::string_view key) {
    std::string scope(request.method());
    scope += ' ';
    scope += request.path();
    scope += '\n';
    scope += key;
    return scope;
}

std::uint64_t short_form(const std::array<std::uint8_t, 32>& digest) {
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < sizeof number; ++i) {
        number = number << 8 | digest[i];
    }
    return number;
}

std::uint64_t key_of(const std::string& scope, const std::array<std::uint8_t, 32>& body) {
    std::string all = scope + '\n';
    all.append(body.begin(), body.end());
    return short_form(sha256(as_bytes(all)));
}

}  // namespace

void IdempotencyKeys::run(ApiRequest request, Work work) {
    const std::string header = request.header("idempotency-key");
    if (header.empty()) {
        work(std::move(request), std::nullopt);
        return;
    }
    if (header.size() > key_bytes_max) {
        request.answer(error_answer(400, "invalid", "Idempotency-Key is longer than 255 bytes"));
        return;
    }
    const std::string scope = scope_of(request, header);
    const Digest key = sha256(as_bytes(scope));
    const Digest body = sha256(request.body().view());
    std::optional<HttpResponse> known;
    switch (look_up(key, body, request, known)) {
    case Found::nothing:
        request.watch([this, key](const HttpResponse& answer) { finish(key, answer); });
        work(std::move(request), key_of(scope, body));
        break;
    case Found::other_body:
        request.answer(
            error_answer(422, "invalid", "this Idempotency-Key was sent before with another body"));
        break;
    case Found::answer: request.answer(std::move(*known)); break;
    case Found::no_room:
        request.answer(error_answer({Code::again, "too many requests have a key", 1000}));
        break;
    case Found::unfinished: break;  // answered together with the first
    }
}

IdempotencyKeys::Found IdempotencyKeys::look_up(const Digest& key, const Digest& body,
                                                ApiRequest& request,
                                                std::optional<HttpResponse>& answer) {
    const std::lock_guard lock(mutex_);
    forget_old();
    const auto found = entries_.find(key);
    if (found == entries_.end()) {
        if (entries_.size() >= limits_.answers) {
            return Found::no_room;
        }
        entries_[key].body = body;
        return Found::nothing;
    }
    Entry& entry = found->second;
    if (entry.body != body) {
        return Found::other_body;
    }
    if (!entry.answer) {
        entry.waiting.push_back(std::move(request));
        return Found::unfinished;
    }
    answer = entry.answer;
    return Found::answer;
}

void IdempotencyKeys::finish(const Digest& key, const HttpResponse& answer) {
    std::vector<ApiRequest> waiting;
    {
        const std::lock_guard lock(mutex_);
        Entry& entry = entries_[key];
        waiting = std::move(entry.waiting);
        entry.waiting.clear();
        if (answer.status < first_server_error) {
            entry.answer = answer;
            ended_.push_back({key, now_()});
        } else {
            entries_.erase(key);
        }
    }
    for (ApiRequest& request : waiting) {
        request.answer(answer);
    }
}

/// The oldest answers make room. What is still worked on does not.
void IdempotencyKeys::forget_old() {
    const Time now = now_();
    while (!ended_.empty() &&
           (now - ended_.front().at > limits_.kept || entries_.size() >= limits_.answers)) {
        entries_.erase(ended_.front().key);
        ended_.pop_front();
    }
}

}  // namespace weft
