// A way to PostgreSQL that can be cut: in front of what a client sends, or behind it, so that the server does it and
// nobody hears of it.
#pragma once

#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

namespace weft::postgres {

/// Takes connections on a free port of this machine until it is destroyed.
class CuttingProxy {
public:
    explicit CuttingProxy(int server_port);
    ~CuttingProxy();
    CuttingProxy(const CuttingProxy&) = delete;
    CuttingProxy& operator=(const CuttingProxy&) = delete;

    int port() const { return port_; }

    /// Cuts once, at this step from now on: each message to the server has a step before it and one behind it.
    void cut_at(int step) { steps_left_ = step; }
    bool has_cut() const { return steps_left_ <= 0; }

private:
    void take_connections();
    void carry(int client);
    bool carry_request(int client, int server);
    bool is_cut_here();

    const int server_port_;
    int listener_ = -1;
    int port_ = 0;
    std::atomic<int> steps_left_{1'000'000'000};
    std::atomic<bool> stopping_{false};

    std::mutex mutex_;
    std::vector<std::thread> carriers_;  // guarded by `mutex_`

    std::thread taker_;
};

}  // namespace weft::postgres
