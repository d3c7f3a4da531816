// sc_main and the report handler.
#include "platform/kernel.h"

#include <cstdlib>
#include <iostream>
#include <systemc>

namespace smmu::platform {
namespace {

const std::function<int()>* simulation_of_sc_main = nullptr;  // sc_main has no other way to be told

/// Warnings and errors of the models as sentences on stderr: stdout belongs to the UART.
void report(const sc_core::sc_report& report, const sc_core::sc_actions& actions) {
    if (report.get_severity() == sc_core::SC_WARNING)
        say(std::string("warning: ") + report.get_msg());
    if (actions & sc_core::SC_THROW) throw report;
    if (actions & sc_core::SC_ABORT) sc_core::sc_abort();
}

}  // namespace

void say(const std::string& sentence) {
    std::cout << std::flush;
    std::cerr << "smmu-vp: " << sentence << '\n';
}

int complain(const std::string& sentence, int status) {
    say(sentence);
    return status;
}

int in_kernel(const std::function<int()>& simulation) {
    simulation_of_sc_main = &simulation;
    setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 0);
    return sc_core::sc_elab_and_sim(0, nullptr);
}

}  // namespace smmu::platform

int sc_main(int, char**) {
    using namespace smmu::platform;
    sc_core::sc_report_handler::set_handler(report);
    try {
        return (*simulation_of_sc_main)();
    } catch (const sc_core::sc_report& error) {
        return complain(error.get_msg(),
                        sc_core::sc_start_of_simulation_invoked() ? failed : not_built);
    }
}
