#include "lock_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <utility>

namespace weft::storage {
namespace {

std::string who_and_when(std::int64_t unix_ms) {
    const std::time_t seconds = unix_ms / 1000;
    std::tm utc{};
    gmtime_r(&seconds, &utc);
    std::array<char, 32> time{};
    std::strftime(time.data(), time.size(), "%Y-%m-%d %H:%M:%S UTC", &utc);
    return "pid " + std::to_string(getpid()) + ", since " + time.data();
}

std::string first_line(int descriptor) {
    std::array<char, 128> text{};
    const ssize_t size = pread(descriptor, text.data(), text.size() - 1, 0);
    const std::string line(text.data(), size < 0 ? 0 : static_cast<std::size_t>(size));
    return line.substr(0, line.find('\n'));
}

/// Another process may have removed the file between our open and our lock: then the lock is on a file that nobody
/// else will ever open.
bool is_still_at(const std::string& path, int descriptor) {
    struct stat ours {};
    struct stat there {};
    return fstat(descriptor, &ours) == 0 && stat(path.c_str(), &there) == 0 &&
           ours.st_ino == there.st_ino && ours.st_dev == there.st_dev;
}

}  // namespace

Result<LockFile> LockFile::take(const std::string& path, std::int64_t unix_ms) {
    for (;;) {
        LockFile lock(path, open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
        if (lock.descriptor_ < 0) {
            return Error{Code::config,
                         "cannot open the lock file " + path + ": " + std::strerror(errno), 0};
        }
        if (flock(lock.descriptor_, LOCK_EX | LOCK_NB) != 0) {
            const int why = errno;
            const std::string holder = first_line(lock.descriptor_);
            close(std::exchange(lock.descriptor_, -1));
            if (why == EWOULDBLOCK) {
                return Error{Code::config,
                             "in use by another weft (" +
                                 (holder.empty() ? "just starting" : holder) + "), which holds " +
                                 path,
                             0};
            }
            return Error{Code::config, "cannot lock " + path + ": " + std::strerror(why), 0};
        }
        if (!is_still_at(path, lock.descriptor_)) {
            close(std::exchange(lock.descriptor_, -1));
            continue;
        }
        // The line is for people: on a full disk the lock holds without it.
        const std::string line = who_and_when(unix_ms) + "\n";
        if (ftruncate(lock.descriptor_, 0) == 0) {
            [[maybe_unused]] const ssize_t written =
                pwrite(lock.descriptor_, line.data(), line.size(), 0);
        }
        return lock;
    }
}

LockFile::LockFile(LockFile&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

LockFile& LockFile::operator=(LockFile&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(descriptor_, other.descriptor_);
    return *this;
}

LockFile::~LockFile() {
    release();
}

void LockFile::release() {
    if (descriptor_ >= 0) {
        // While the lock is still held: nobody can have made a new file of this name meanwhile.
        unlink(path_.c_str());
        close(std::exchange(descriptor_, -1));
    }
}

}  // namespace weft::storage
