// A CPU's system registers without a CPU: tests read and write what a device has added.
#pragma once
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>

#include "cpu/system_registers.h"

namespace smmu::test {

class FakeSystemRegisters : public SystemRegisters {
public:
    sc_core::sc_time ahead;  ///< how far the CPU has run ahead
    RegisterAccess now{2};   ///< what the CPU is doing: at EL2, HCR_EL2 = 0

    void add(SystemRegister definition) override {
        const std::string name = definition.name;
        EXPECT_TRUE(registers_.emplace(name, std::move(definition)).second) << name << " twice";
    }
    sc_core::sc_time local_time() const override { return sc_core::sc_time_stamp() + ahead; }
    RegisterAccess state() const override { return now; }

    const SystemRegister& operator[](const std::string& name) const { return registers_.at(name); }
    uint64_t read(const std::string& name) const { return registers_.at(name).read(); }
    void write(const std::string& name, uint64_t value) { registers_.at(name).write(value); }
    RegisterPermission permission(const std::string& name, const RegisterAccess& access) const {
        return registers_.at(name).permission(access);
    }

private:
    std::map<std::string, SystemRegister> registers_;
};

}  // namespace smmu::test
