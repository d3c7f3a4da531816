// Register copies.
#include "sw_stubs/driver/hw_info.h"

namespace smmu::sw {

using namespace arch;

IdRegisters read_id_registers(const Registers& r) {
    return {{r.read<Idr0>().raw(), r.read<Idr1>().raw(), r.read<Idr2>().raw(), r.read<Idr3>().raw(),
             r.read<Idr4>().raw(), r.read<Idr5>().raw()},
            r.read<Iidr>().raw(),
            r.read<Aidr>().raw()};
}

}  // namespace smmu::sw
