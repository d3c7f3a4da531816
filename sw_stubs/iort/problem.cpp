// One phrase for each error.
#include "sw_stubs/iort/problem.h"

namespace smmu::sw::iort {

const char* describe(Error error) {
    switch (error) {
        case Error::None: return "nothing is wrong";
        case Error::NoRsdp: return "there is no ACPI 2.0 RSDP";
        case Error::NoXsdt: return "the RSDP does not lead to an XSDT inside the ACPI region";
        case Error::NoTable: return "the XSDT lists no IORT inside the ACPI region";
        case Error::TooShort: return "there are fewer bytes than an IORT header has";
        case Error::WrongSignature: return "it does not begin with \"IORT\"";
        case Error::LengthTooSmall: return "its length does not even cover its header";
        case Error::LengthBeyondEnd: return "it claims to be longer than the bytes that are there";
        case Error::NodesOutside: return "its nodes do not begin between its header and its end";
        case Error::TooManyNodes: return "it claims more nodes than fit into it";
        case Error::NodeBeyondTable: return "a node begins or ends beyond the table";
        case Error::NodeTooShort: return "a node is shorter than the fields of its type";
        case Error::MappingsOutside: return "the ID mappings of a node are not inside it";
        case Error::ArrayOutside: return "an array of a node is not inside it";
        case Error::NameNotTerminated: return "the device name of a node has no end";
    }
    return "unknown error";
}

}  // namespace smmu::sw::iort
