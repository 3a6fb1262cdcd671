#pragma once

#include "kernel/http/api.hpp"

#include <map>
#include <string>

namespace weft {

/// Keeps what is answered; there are no connections.
class AnswerKeeper final : public Transport {
public:
    void bind(TransportEvents&) override {}
    std::vector<std::string> endpoints() const override { return {}; }
    std::vector<ConnectionId> send(std::vector<OutgoingMessage>) override { return {}; }
    std::vector<ConnectionId> fanout(std::span<const ConnectionId>, Buffer) override { return {}; }
    void set_reading(ConnectionId, bool) override {}
    void close(ConnectionId, std::uint16_t, std::string_view) override {}
    void refuse_connections() override {}
    void respond(RequestId request, HttpResponse response) override {
        answers[request] = std::move(response);
    }

    /// 0 while it is not answered.
    std::uint16_t status_of(RequestId request) const {
        const auto found = answers.find(request);
        return found == answers.end() ? std::uint16_t{0} : found->second.status;
    }

    std::map<RequestId, HttpResponse> answers;
};

}  // namespace weft
