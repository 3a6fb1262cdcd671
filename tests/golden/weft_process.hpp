// Runs build/weft in a fresh folder and reads what it says.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace weft::testing {

/// A new empty folder, removed with everything in it.
class FreshFolder {
public:
    FreshFolder();
    ~FreshFolder();
    FreshFolder(const FreshFolder&) = delete;
    FreshFolder& operator=(const FreshFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }
    void write(const std::string& name, std::string_view text) const;

private:
    std::filesystem::path path_;
};

/// What a program left behind.
struct Ended {
    int exit_code = -1;  // -1: ended by a signal
    std::string out;
    std::string err;
};

/// One run of build/weft. Killed when it goes out of scope.
class WeftProcess {
public:
    WeftProcess(std::vector<std::string> arguments, const std::filesystem::path& folder,
                const std::map<std::string, std::string>& variables = {});
    ~WeftProcess();
    WeftProcess(const WeftProcess&) = delete;
    WeftProcess& operator=(const WeftProcess&) = delete;

    /// Waits until it has printed `text` on stdout; false when it has ended or a time limit has passed before.
    bool prints(std::string_view text);

    /// The same of stderr.
    bool logs(std::string_view text);

    /// What came on stdout so far.
    const std::string& printed() const { return ended_.out; }

    /// Waits for its end, and kills it when it takes too long.
    Ended wait();

    void signal(int number) const;

private:
    bool read_some();
    bool read_until(const std::string& stream, std::string_view text);

    pid_t pid_ = -1;
    int out_ = -1;
    int err_ = -1;
    Ended ended_;
};

/// `text` with the folders of this machine replaced: FOLDER for `folder`, BUILD for the build folder.
std::string with_placeholders(std::string text, const std::filesystem::path& folder);

/// The other way round.
std::string with_folders(std::string text, const std::filesystem::path& folder);

}  // namespace weft::testing
