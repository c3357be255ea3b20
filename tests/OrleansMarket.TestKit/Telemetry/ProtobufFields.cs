using System.Buffers.Binary;
using System.Text;

namespace OrleansMarket.TestKit.Telemetry;

/// <summary>The fields of one message of Protocol Buffers, by number.</summary>
/// <remarks>Source: Protocol Buffers, "Encoding".</remarks>
internal sealed class ProtobufFields
{
    private readonly List<(int Field, ulong Number, ReadOnlyMemory<byte> Bytes)> _fields = [];

    public static ProtobufFields Of(ReadOnlyMemory<byte> message)
    {
        var fields = new ProtobufFields();
        while (!message.IsEmpty)
        {
            var tag = Varint(ref message);
            var field = (int)(tag >> 3);
            switch (tag & 7)
            {
                case 0:
                    fields._fields.Add((field, Varint(ref message), default));
                    break;
                case 1:
                    fields._fields.Add((field, BinaryPrimitives.ReadUInt64LittleEndian(message.Span), default));
                    message = message[8..];
                    break;
                case 2:
                    var length = (int)Varint(ref message);
                    fields._fields.Add((field, 0, message[..length]));
                    message = message[length..];
                    break;
                case 5:
                    fields._fields.Add((field, BinaryPrimitives.ReadUInt32LittleEndian(message.Span), default));
                    message = message[4..];
                    break;
                default:
                    throw new InvalidDataException($"expected a wire type of Protocol Buffers, found {tag & 7}");
            }
        }

        return fields;
    }

    public bool Has(int field) => _fields.Any(known => known.Field == field);

    public IEnumerable<ProtobufFields> Messages(int field) => _fields.Where(known => known.Field == field).Select(known => Of(known.Bytes));

    public string Text(int field) => Encoding.UTF8.GetString(Bytes(field).Span);

    public string Hex(int field) => Convert.ToHexStringLower(Bytes(field).Span);

    public ulong Number(int field) => _fields.FirstOrDefault(known => known.Field == field).Number;

    private ReadOnlyMemory<byte> Bytes(int field) => _fields.FirstOrDefault(known => known.Field == field).Bytes;

    private static ulong Varint(ref ReadOnlyMemory<byte> message)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = message.Span[0];
            message = message[1..];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}
