#include "kernel/document/services.hpp"

#include <fnmatch.h>

namespace weft {

std::string_view algorithm_for(const DocumentPolicy& policy, std::string_view name) {
    const std::string terminated(name);
    for (const auto& [glob, algorithm] : policy.algorithm_by_name) {
        if (fnmatch(glob.c_str(), terminated.c_str(), 0) == 0) {
            return algorithm;
        }
    }
    return policy.default_algorithm;
}

}  // namespace weft
