// One weft per database file: an advisory lock on a file of our own, so that SQLite's own locks stay free for
// whoever reads the database beside us.
#pragma once

#include <weft/result.hpp>

#include <cstdint>
#include <string>

namespace weft::storage {

/// Held as long as the object lives, and by the process at most: the operating system drops the lock of a dead one.
class LockFile {
public:
    /// Takes the lock or says who holds it. The file holds a line for people: "pid 4711, since 2026-11-22 15:11:29 UTC".
    static Result<LockFile> take(const std::string& path, std::int64_t unix_ms);

    LockFile(LockFile&& other) noexcept;
    LockFile& operator=(LockFile&& other) noexcept;
    ~LockFile();

    /// Removes the file and drops the lock.
    void release();

private:
    LockFile(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}

    std::string path_;
    int descriptor_ = -1;
};

}  // namespace weft::storage
