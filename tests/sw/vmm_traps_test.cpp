// Trapped system registers of a guest; syndromes typed from the Arm ARM.
#include <gtest/gtest.h>

#include "sw_stubs/vmm/traps.h"

namespace smmu::sw::vmm {
namespace {

TEST(RegisterTrapTest, AnSgiAndADeactivationAreTold) {
    const RegisterTrap sgi(0x623A'3096);  // MSR S3_0_C12_C11_5, x4
    EXPECT_EQ(sgi.encoding, trapped_icc_sgi1r);
    EXPECT_EQ(sgi.target, 4u);
    EXPECT_FALSE(sgi.read);
    const RegisterTrap dir(0x6232'33F6);  // MSR S3_0_C12_C11_1, xzr
    EXPECT_EQ(dir.encoding, trapped_icc_dir);
    EXPECT_EQ(dir.target, 31u);
    const RegisterTrap other(0x6230'3881);  // MRS x4, CNTP...: S3_0_C14_C0_0
    EXPECT_NE(other.encoding, trapped_icc_sgi1r);
    EXPECT_TRUE(other.read);
    EXPECT_EQ(exception_class(0x623A'3096), ExceptionClass::SystemRegister);
    EXPECT_EQ(exception_class(0x07E0'0000), ExceptionClass::Wait);
}

TEST(RegisterTrapTest, AnSgiReachesTheOnlyCpuOfItsVm) {
    EXPECT_TRUE(Sgi(0x0500'0001).to_self);
    EXPECT_EQ(Sgi(0x0500'0001).intid, 5u);
    EXPECT_FALSE(Sgi(0x0500'0002).to_self);            // 0.0.0.1
    EXPECT_FALSE(Sgi(0x0501'0001).to_self);            // 0.0.1.0
    EXPECT_FALSE(Sgi(0x0000'0100'0500'0001).to_self);  // all but itself
    EXPECT_FALSE(Sgi(0x0000'1000'0500'0001).to_self);  // 0.0.0.16 on
    EXPECT_FALSE(Sgi(0x0001'0000'0500'0001).to_self);  // 1.0.0.0
}

}  // namespace
}  // namespace smmu::sw::vmm
