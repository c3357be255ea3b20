using OrleansMarket.Domain.Pipeline;

namespace OrleansMarket.Silo.Redis;

/// <summary>A dead letter as bytes. The reason is the second byte, so that the server can count by it.</summary>
internal static class StoredLetter
{
    private const byte Version = 1;

    public static byte[] Write(DeadLetter letter) => StoredBytes.Write(letter.Payload.Length + 512, writer =>
    {
        writer.Write(Version);
        writer.Write((byte)letter.Reason);
        writer.Write(letter.ReceivedTimeMicros);
        writer.Write(letter.Attempts);
        writer.Write(letter.Error);
        writer.Write(letter.Source);
        writer.Write(letter.Symbol is not null);
        writer.Write(letter.Symbol ?? "");
        writer.Write(letter.Payload.Length);
        writer.Write(letter.Payload.Span);
    });

    /// <summary>Reads a letter.</summary>
    /// <exception cref="InvalidDataException">The bytes are damaged, or a newer build wrote them.</exception>
    public static DeadLetter Read(long id, byte[] bytes) => StoredBytes.Read(bytes, reader =>
    {
        reader.Expect(Version, "dead letter");
        var reason = (DeadLetterReason)reader.ReadByte();
        var received = reader.ReadInt64();
        var attempts = reader.ReadInt32();
        var error = reader.ReadString();
        var source = reader.ReadString();
        var hasSymbol = reader.ReadBoolean();
        var symbol = reader.ReadString();
        return new DeadLetter
        {
            Id = id,
            Reason = reason,
            ReceivedTimeMicros = received,
            Attempts = attempts,
            Error = error,
            Source = source,
            Symbol = hasSymbol ? symbol : null,
            Payload = reader.ReadBytes(reader.ReadInt32()),
        };
    });
}
