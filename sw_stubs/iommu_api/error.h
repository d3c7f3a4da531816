// Why a call was refused.  The numbers are Linux's; a call that fails returns the number negated.
#pragma once
#include <stdint.h>

namespace smmu::sw::iommu_api {

enum class Errno : uint8_t {
    None = 0,
    Perm = 1,        ///< not allowed on this machine
    NoEnt = 2,       ///< no such id, nothing mapped there
    Io = 5,          ///< only this: a guest's STE or command that must not be used
    TooBig = 7,      ///< a longer struct with bytes that mean something
    BadF = 9,        ///< no such file, or not open for that
    NoMem = 12,      ///< a pool is used up
    Fault = 14,      ///< the caller's memory cannot be reached
    Busy = 16,       ///< something still refers to it
    Exist = 17,      ///< there is one already
    NoDev = 19,      ///< no SMMU for this device
    Inval = 22,      ///< a field is wrong
    NoTty = 25,      ///< no such call
    NoSpc = 28,      ///< no IOVA, no VMID left
    SPipe = 29,      ///< not a file with positions; a size that is no multiple of the records
    Range = 34,      ///< beyond what the tables translate; StreamID beyond the stream table
    Overflow = 75,   ///< arithmetic
    MsgSize = 90,    ///< the array is too short; the length it needs was written back
    OpNotSupp = 95,  ///< understood, but not with this value or this device
    AddrInUse = 98,  ///< the IOVA is mapped or promised already
    TimedOut = 110,  ///< the SMMU does not complete its commands
};

constexpr int result(Errno e) { return -static_cast<int>(e); }

}  // namespace smmu::sw::iommu_api
