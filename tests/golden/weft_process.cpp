#include "golden/weft_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

extern char** environ;

namespace weft::testing {
namespace {

namespace fs = std::filesystem;

// Generous: the machine may be busy, and nothing waits for it but a failure.
constexpr int silence_ms_max = 30'000;

std::vector<std::string> environment_with(const std::map<std::string, std::string>& variables) {
    std::vector<std::string> environment;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        environment.emplace_back(*entry);
    }
    for (const auto& [name, value] : variables) {
        environment.push_back(name + "=" + value);
    }
    return environment;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
    std::vector<char*> all;
    for (std::string& string : strings) {
        all.push_back(string.data());
    }
    all.push_back(nullptr);
    return all;
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
    }
}

/// Appends what can be read; closes `fd` and makes it -1 at the end.
void drain(int& fd, std::string& into) {
    std::array<char, 4096> buffer{};
    const ssize_t count = read(fd, buffer.data(), buffer.size());
    if (count > 0) {
        into.append(buffer.data(), static_cast<std::size_t>(count));
    } else {
        close(fd);
        fd = -1;
    }
}

}  // namespace

FreshFolder::FreshFolder() {
    std::string pattern = (fs::temp_directory_path() / "weft-test-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) {
        throw std::runtime_error("no fresh folder at " + pattern);
    }
    path_ = fs::canonical(pattern);
}

FreshFolder::~FreshFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

void FreshFolder::write(const std::string& name, std::string_view text) const {
    fs::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << text;
}

WeftProcess::WeftProcess(std::vector<std::string> arguments, const fs::path& folder,
                         const std::map<std::string, std::string>& variables) {
    std::array<int, 2> out{};
    std::array<int, 2> err{};
    if (pipe2(out.data(), O_CLOEXEC) != 0 || pipe2(err.data(), O_CLOEXEC) != 0) {
        throw std::runtime_error("no pipe");
    }
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
    posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, err[1], STDERR_FILENO);

    const std::string program = WEFT_BUILD_DIR "/weft";
    arguments.insert(arguments.begin(), program);
    std::vector<std::string> environment = environment_with(variables);
    const int failed = posix_spawn(&pid_, program.c_str(), &actions, nullptr,
                                   pointers(arguments).data(), pointers(environment).data());
    posix_spawn_file_actions_destroy(&actions);
    close(out[1]);
    close(err[1]);
    out_ = out[0];
    err_ = err[0];
    if (failed != 0) {
        throw std::runtime_error("cannot run " + program);
    }
}

WeftProcess::~WeftProcess() {
    if (pid_ > 0) {
        kill(pid_, SIGKILL);
        waitpid(pid_, nullptr, 0);
    }
    for (const int fd : {out_, err_}) {
        if (fd >= 0) {
            close(fd);
        }
    }
}

/// Reads what comes next; false when nothing more will come, or nothing has come for too long.
bool WeftProcess::read_some() {
    std::array<pollfd, 2> fds{pollfd{out_, POLLIN, 0}, pollfd{err_, POLLIN, 0}};
    if ((out_ < 0 && err_ < 0) || poll(fds.data(), fds.size(), silence_ms_max) <= 0) {
        return false;
    }
    if (fds[0].revents != 0) {
        drain(out_, ended_.out);
    }
    if (fds[1].revents != 0) {
        drain(err_, ended_.err);
    }
    return true;
}

bool WeftProcess::prints(std::string_view text) {
    return read_until(ended_.out, text);
}

bool WeftProcess::logs(std::string_view text) {
    return read_until(ended_.err, text);
}

bool WeftProcess::read_until(const std::string& stream, std::string_view text) {
    while (stream.find(text) == std::string::npos) {
        if (!read_some()) {
            return false;
        }
    }
    return true;
}

Ended WeftProcess::wait() {
    while (read_some()) {}
    if (out_ >= 0 || err_ >= 0) {
        kill(pid_, SIGKILL);
    }
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = -1;
    ended_.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return ended_;
}

void WeftProcess::signal(int number) const {
    kill(pid_, number);
}

std::string with_placeholders(std::string text, const fs::path& folder) {
    replace_all(text, folder.string(), "FOLDER");
    replace_all(text, WEFT_BUILD_DIR, "BUILD");
    return text;
}

std::string with_folders(std::string text, const fs::path& folder) {
    replace_all(text, "FOLDER", folder.string());
    replace_all(text, "BUILD", WEFT_BUILD_DIR);
    return text;
}

}  // namespace weft::testing
