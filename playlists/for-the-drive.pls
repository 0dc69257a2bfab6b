[playlist]
PlaylistName=For the Drive
NumberOfEntries=5

File1=../tracks/A4 - Cab Fare.m4a
Title1=Judy Bridgewater - Cab Fare
Length1=86

File2=../tracks/A1 - House Lights Down.mp3
Title2=Judy Bridgewater - House Lights Down
Length2=106

File3=../tracks/B1 - The Corner Table.mp3
Title3=Judy Bridgewater - The Corner Table
Length3=101

File4=../tracks/B2 - Cloakroom Waltz.opus
Title4=Judy Bridgewater - Cloakroom Waltz
Length4=117

File5=../tracks/B4 - One Lamp Left On.ogg
Title5=Judy Bridgewater - One Lamp Left On
Length5=113

Version=2
