// Reports that a test expects.
#pragma once
#include <string>
#include <systemc>

namespace smmu::test {

/// Reports of the SMMU while one of these lives: kept here instead of failing the test.
class Reports {
public:
    Reports() {
        latest.clear();
        sc_core::sc_report_handler::set_handler(
            [](const sc_core::sc_report& report, const sc_core::sc_actions& actions) {
                latest = std::string(report.get_msg_type()) + ": " + report.get_msg();
                if (actions & sc_core::SC_THROW) throw report;
            });
    }
    static inline std::string latest;
};

}  // namespace smmu::test
