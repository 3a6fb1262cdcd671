#pragma once

#include "kernel/http/api.hpp"
#include "kernel/shard/executor.hpp"

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

namespace weft {

/// How long and how many answers to requests with a key are remembered.
struct IdempotencyLimits {
    Duration kept = std::chrono::minutes(10);
    std::size_t answers = 10'000;
};

/// Requests with `Idempotency-Key`: the same key on the same path is worked on once, and who repeats it is given the same
/// answer. An answer of 500 or above is forgotten, so that trying again tries again.
///
/// This much is in memory. What a crash takes away of it is known again by the rows that were stored (KeyedRows).
///
/// Threads   [any]
class IdempotencyKeys {
public:
    using Work = UniqueFunction<void(ApiRequest request, std::optional<std::uint64_t> key)>;

    explicit IdempotencyKeys(std::function<Time()> now, IdempotencyLimits limits = {})
        : now_(std::move(now)), limits_(limits) {}

    /// Runs `work`, which answers the request, unless its key was seen. `key` stands for the key and all that it was sent
    /// with; there is none when the client gave none.
    void run(ApiRequest request, Work work);

private:
    using Digest = std::array<std::uint8_t, 32>;

    struct Entry {
        Digest body{};
        std::optional<HttpResponse> answer;  // none yet: the first request is being worked on
        std::vector<ApiRequest> waiting;
    };

    struct Ended {
        Digest key;
        Time at;
    };

    enum class Found { nothing, other_body, unfinished, answer, no_room };

    Found look_up(const Digest& key, const Digest& body, ApiRequest& request,
                  std::optional<HttpResponse>& answer);
    void finish(const Digest& key, const HttpResponse& answer);
    void forget_old();

    const std::function<Time()> now_;
    const IdempotencyLimits limits_;
    std::mutex mutex_;
    std::map<Digest, Entry> entries_;  // guarded by `mutex_`
    std::deque<Ended> ended_;          // the same; oldest first
};

}  // namespace weft
