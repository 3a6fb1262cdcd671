// How the program answers a configuration that it refuses.
#pragma once

#include "golden/weft_process.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace weft::testing {

/// A configuration on its way to being refused. In the YAML and in the answer FOLDER stands for the folder that it runs in, BUILD for
/// the build folder.
class Attempt {
public:
    explicit Attempt(const std::string& yaml = "") {
        folder_.write("c.yaml", with_folders(yaml, folder_.path()));
    }

    Attempt& set(const std::string& setting) {
        arguments_.push_back("--set");
        arguments_.push_back(with_folders(setting, folder_.path()));
        return *this;
    }

    const FreshFolder& folder() const { return folder_; }

    /// stderr of `weft serve`, which must end with exit code 1, print nothing else, and leave no data behind.
    std::string answer() const {
        const Ended ended = WeftProcess(arguments_, folder_.path()).wait();
        EXPECT_EQ(ended.exit_code, 1);
        EXPECT_EQ(ended.out, "");
        EXPECT_FALSE(std::filesystem::exists(folder_.path() / "data"));
        return with_placeholders(ended.err, folder_.path());
    }

private:
    FreshFolder folder_;
    std::vector<std::string> arguments_{"serve", "--config", "c.yaml"};
};

inline std::string answer_to(const std::string& yaml) {
    return Attempt(yaml).answer();
}

/// A server that could start, so that only what is added to it is wrong.
inline constexpr const char* sound =
    "transports: [{plugin: websocketpp, listen: \"127.0.0.1:0\"}]\n"
    "storage: {plugin: sqlite, path: FOLDER/weft.db}\n";

}  // namespace weft::testing
