// Section titles and the sum.
#include "sw_stubs/demos/host/report.h"

namespace smmu::sw::demo {

using aarch64::Decimal;
using aarch64::print;

void Report::section(const char* title) { print("\n", Decimal{++sections_}, "  ", title, "\n"); }

int Report::finish() {
    print("\n", failed_ == 0 ? "PASS" : "FAIL", ": ", Decimal{passed_}, " of ",
          Decimal{passed_ + failed_}, " expectations held");
    if (not_applicable_ != 0) print(", ", Decimal{not_applicable_}, " not applicable");
    print("\n");
    return failed_ == 0 ? 0 : 1;
}

}  // namespace smmu::sw::demo
