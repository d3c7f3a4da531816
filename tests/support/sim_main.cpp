// main() of tests with a SystemC kernel.  ctest starts one process for each TEST; started by hand
// with several tests, this file runs each of them in a process of its own, since the kernel
// elaborates once per process.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <iostream>
#include <string>
#include <systemc>

namespace {

int run_alone(const std::string& test) {
    const pid_t child = fork();
    if (child == 0) {
        const std::string filter = "--gtest_filter=" + test;
        execl("/proc/self/exe", "sim_test", filter.c_str(), nullptr);
        _exit(127);
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (WIFEXITED(status)) return WEXITSTATUS(status);
    std::cout << "[  FAILED  ] " << test << ": ended by signal " << WTERMSIG(status) << std::endl;
    return 1;
}

/// SystemC's warnings and errors fail the test that caused them.
void report_to_gtest(const sc_core::sc_report& report, const sc_core::sc_actions& actions) {
    if (report.get_severity() >= sc_core::SC_WARNING)
        ADD_FAILURE() << report.get_msg_type() << ": " << report.get_msg();
    else
        sc_core::sc_report_handler::default_handler(report, actions & ~sc_core::SC_DISPLAY);
    if (report.get_severity() == sc_core::SC_FATAL) sc_core::sc_abort();
    if (actions & sc_core::SC_THROW) throw report;
}

}  // namespace

int sc_main(int argc, char** argv) {
    sc_core::sc_report_handler::set_handler(report_to_gtest);
    ::testing::InitGoogleTest(&argc, argv);
    const std::string filter = GTEST_FLAG_GET(filter);
    if (GTEST_FLAG_GET(list_tests) || filter.find_first_of("*?:") == std::string::npos)
        return RUN_ALL_TESTS();

    int failed = 0;
    const auto& unit = *::testing::UnitTest::GetInstance();
    for (int i = 0; i < unit.total_test_suite_count(); ++i) {
        const auto& suite = *unit.GetTestSuite(i);
        for (int j = 0; j < suite.total_test_count(); ++j)
            failed |= run_alone(std::string(suite.name()) + "." + suite.GetTestInfo(j)->name());
    }
    return failed;
}
