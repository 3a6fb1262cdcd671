#include "link_thread.hpp"

#include <pthread.h>

#include <utility>

namespace weft::postgres {

void LinkThread::start(const char* name, std::function<void()> run) {
    std::packaged_task<void()> task(std::move(run));
    ended_ = task.get_future();
    thread_ = std::thread(std::move(task));
    pthread_setname_np(thread_.native_handle(), name);
}

void LinkThread::join(Link::Clock::time_point patience) {
    if (!thread_.joinable()) {
        return;
    }
    if (ended_.wait_until(patience) != std::future_status::ready) {
        link_.interrupt();
    }
    thread_.join();
}

}  // namespace weft::postgres
