// Builders for configurations: a YAML text in, what the reader makes of it out.
#pragma once

#include "kernel/config/config.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace weft::testing {

/// One reading of a file called c.yaml in the folder /etc/weft.
class Reading {
public:
    explicit Reading(std::string text) {
        request_.source = "c.yaml";
        request_.text = std::move(text);
        request_.folder = "/etc/weft";
        request_.plugin_folders = {"/opt/weft/plugins"};
    }

    Reading& set(std::string setting) {
        request_.settings.push_back(std::move(setting));
        return *this;
    }

    Reading& with(std::string name, std::string value) {
        variables_[std::move(name)] = std::move(value);
        return *this;
    }

    ConfigReading read() const {
        ConfigRequest request = request_;
        request.environment = [this](const std::string& name) -> std::optional<std::string> {
            const auto found = variables_.find(name);
            return found == variables_.end() ? std::nullopt : std::optional(found->second);
        };
        return read_config(request);
    }

    std::vector<std::string> errors() const { return read().errors; }
    Config config() const { return read().config; }

private:
    ConfigRequest request_;
    std::map<std::string, std::string> variables_;
};

}  // namespace weft::testing
