// The build leaves the loop as a file of bytes.
#include "tests/perf/cpu_loop.h"

#include <fstream>
#include <iterator>

#include "tests/perf/row.h"

namespace smmu::perf {

std::vector<uint8_t> cpu_loop::load() {
    std::ifstream in(CPU_LOOP, std::ios::binary);
    std::vector<uint8_t> program{std::istreambuf_iterator<char>(in), {}};
    require(!program.empty(), CPU_LOOP " cannot be read: build the target cpu_loop");
    return program;
}

}  // namespace smmu::perf
