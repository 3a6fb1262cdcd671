#pragma once

#include <sys/types.h>

#include <cstdint>
#include <vector>

namespace weft::bench {

/// CPU time and memory of another process, from the kernel's own accounts: all its threads, also those that have ended.
/// Without a process (pid 0) everything is 0.
class ProcessMeter {
public:
    enum class Scope { process, with_children };

    /// `with_children` adds all processes below it that are alive when it is asked.
    explicit ProcessMeter(pid_t pid, Scope scope = Scope::process) : pid_(pid), scope_(scope) {}

    [[nodiscard]] bool present() const { return pid_ > 0; }
    [[nodiscard]] std::int64_t cpu_ns() const;
    [[nodiscard]] std::uint64_t resident_bytes() const;

    /// Waits (bounded) until the memory has not moved by more than 64 KiB in half a second.
    [[nodiscard]] std::uint64_t settled_resident_bytes() const;

private:
    [[nodiscard]] std::vector<pid_t> processes() const;

    pid_t pid_;
    Scope scope_;
};

/// CPU time of the generator itself.
[[nodiscard]] std::int64_t own_cpu_ns();

}  // namespace weft::bench
