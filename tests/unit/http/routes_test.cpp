// docs/openapi.yaml and the server have the same routes.
#include "kernel/http/routes.hpp"

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <set>

namespace weft {
namespace {

using Operations = std::set<std::string>;

Operations described() {
    Operations operations;
    const YAML::Node file = YAML::LoadFile(WEFT_SOURCE_DIR "/docs/openapi.yaml");
    for (const auto& path : file["paths"]) {
        for (const std::string method : {"get", "put", "post", "delete", "patch"}) {
            if (path.second[method]) {
                std::string upper = method;
                std::ranges::transform(upper, upper.begin(),
                                       [](unsigned char c) { return std::toupper(c); });
                operations.insert(upper + " " + path.first.as<std::string>());
            }
        }
    }
    return operations;
}

Operations served() {
    Operations operations;
    for (const Route& route : routes()) {
        std::string path(route.path);
        std::erase(path, '*');
        operations.insert(std::string(route.method) + " " + path);
    }
    return operations;
}

TEST(Routes, AreThoseOfTheOpenApiFile) {
    EXPECT_EQ(served(), described());
}

TEST(Routes, TellWhatMayBeAskedOfAPath) {
    EXPECT_EQ(allowed_methods("/api/documents/a%2Fb/content"), "GET, HEAD, PUT");
    EXPECT_EQ(allowed_methods("/d/a/b"), "GET, HEAD");
    EXPECT_EQ(allowed_methods("/"), "GET, HEAD");
    for (const std::string_view nowhere :
         {"", "/api", "/api/documents/x/", "/api/documents//content/x", "/healthz/x", "x"}) {
        EXPECT_EQ(allowed_methods(nowhere), "") << nowhere;
    }
}

}  // namespace
}  // namespace weft
