#include "address.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <string_view>

namespace weft::postgres {
namespace {

struct Free {
    void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
    void operator()(char* text) const { PQfreemem(text); }
};

/// In the order of their names, so that equal URLs give equal strings.
using Parameters = std::map<std::string, std::string>;

/// What libpq says of an URL it cannot read quotes the URL, with the password in it. Only the names of options are told.
Error unreadable(std::string_view said) {
    std::string message(said.substr(0, said.find_last_not_of(" \n") + 1));
    constexpr std::array<std::string_view, 2> harmless{"invalid URI query parameter: ",
                                                       "invalid connection option "};
    for (const std::string_view begin : harmless) {
        if (message.starts_with(begin)) {
            return {Code::config, std::move(message), 0};
        }
    }
    message.erase(std::min(message.find_first_of("\":"), message.size()));
    return {Code::config,
            "cannot be read as postgresql://user:password@host:port/database: " + message, 0};
}

Result<Parameters> parameters_of(const std::string& url) {
    char* said = nullptr;
    const std::unique_ptr<PQconninfoOption, Free> options(PQconninfoParse(url.c_str(), &said));
    const std::unique_ptr<char, Free> message(said);
    if (!options) {
        return unreadable(said == nullptr ? "no memory" : said);
    }
    Parameters parameters;
    for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
        if (option->val != nullptr) {
            parameters[option->keyword] = option->val;
        }
    }
    return parameters;
}

std::string as_value(std::string_view value) {
    std::string out = "'";
    for (const char c : value) {
        if (c == '\'' || c == '\\') {
            out += '\\';
        }
        out += c;
    }
    return out + "'";
}

std::string shown(const Parameters& parameters) {
    const auto value = [&](const char* keyword) {
        const auto found = parameters.find(keyword);
        return found == parameters.end() ? std::string() : found->second;
    };
    std::string out = "postgresql://";
    out += value("user").empty() ? "" : value("user") + "@";
    out += value("host").empty() ? value("hostaddr") : value("host");
    out += value("port").empty() ? "" : ":" + value("port");
    return out + "/" + value("dbname");
}

}  // namespace

Result<Address> parse_address(const std::string& url, std::chrono::seconds connect_timeout) {
    Result<Parameters> read = parameters_of(url);
    if (!read) {
        return read.error();
    }
    Address address;
    address.shown = shown(*read);
    Parameters parameters = *std::move(read);
    parameters.emplace("application_name", "weft");
    parameters.emplace("connect_timeout", std::to_string(connect_timeout.count()));
    // A server that vanished without a word is noticed within half a minute; the system's own defaults take hours.
    parameters.emplace("keepalives_idle", "10");
    parameters.emplace("keepalives_interval", "5");
    parameters.emplace("keepalives_count", "4");
    parameters.emplace("tcp_user_timeout", "30000");
    parameters["client_encoding"] = "UTF8";
    for (const auto& [keyword, value] : parameters) {
        address.parameters += keyword + "=" + as_value(value) + " ";
    }
    return address;
}

bool takes_connections(const Address& address) {
    return PQping(address.parameters.c_str()) == PQPING_OK;
}

}  // namespace weft::postgres
