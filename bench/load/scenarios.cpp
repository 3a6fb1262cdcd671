#include "scenarios.hpp"

#include <iostream>

namespace weft::bench {

void say(const std::string& line) {
    std::cerr << line << std::endl;
}

}  // namespace weft::bench
